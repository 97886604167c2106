"""Which list a table is, by its columns alone, in any of the languages; and what to do where a column is missing."""

import pytest

from auditor import Engagement, InputError, load
from auditor.loader.lists import known_lists
from auditor.vocabulary import List

EXPORTED = [known for known in known_lists().values() if known.exported and known.list is not List.SDF_ROLES]
LANGUAGES = ["German", "Spanish", "Japanese"]
CAPTIONS = {
    (List.INTEGRATIONS, "German"): "Interne ID;Name;Anwendungs-ID;Zustand;Erstellt am",
    (List.INTEGRATIONS, "Spanish"): "ID interno;Nombre;ID de aplicación;Estado;Fecha de creación",
    (List.INTEGRATIONS, "Japanese"): "内部ID;名前;アプリケーションID;状態;作成日",
    (List.ROLES, "German"): "Interne ID;Name;Center-Typ;Benutzerdefiniert;Übergeordnete Rolle;Inaktiv",
    (List.ROLES, "Spanish"): "ID interno;Nombre;Tipo de centro;Personalizado;Rol principal;Inactivo",
    (List.ROLES, "Japanese"): "内部ID;名前;センター・タイプ;カスタム;親ロール;無効",
    (List.TWO_FACTOR_ROLES, "German"): "Rolle;Obligatorische 2FA;Zwei-Faktor-Authentifizierung erforderlich;Dauer des vertrauenswürdigen Geräts",
    (List.TWO_FACTOR_ROLES, "Spanish"): "Rol;2FA obligatoria;Autenticación de dos factores obligatoria;Duración del dispositivo de confianza",
    (List.TWO_FACTOR_ROLES, "Japanese"): "ロール;必須の2FA;二要素認証が必要;信頼できるデバイスの期間",
    (List.ROLE_PERMISSIONS, "German"): "Interne ID;Name;Berechtigung;Ebene",
    (List.ROLE_PERMISSIONS, "Spanish"): "ID interno;Nombre;Permiso;Nivel",
    (List.ROLE_PERMISSIONS, "Japanese"): "内部ID;名前;権限;レベル",
    (List.LOGINS, "German"): "Datum;E-Mail-Adresse;IP-Adresse;Anforderungs-URI;Rolle;Sicherheitsabfrage;Status;Benutzer;User-Agent;Detail;Tokenbasierter Zugriffstokenname;Tokenbasierter Anwendungsname",
    (List.LOGINS, "Spanish"): "Fecha;Dirección de correo electrónico;Dirección IP;URI de solicitud;Rol;Desafío de seguridad;Estado;Usuario;Agente de usuario;Detalle;Nombre de token de acceso basado en token;Nombre de aplicación basada en token",
    (List.LOGINS, "Japanese"): "日付;メールアドレス;IPアドレス;リクエストURI;ロール;セキュリティチャレンジ;ステータス;ユーザー;ユーザーエージェント;詳細;トークンベースのアクセス・トークン名;トークンベースのアプリケーション名",
    (List.TOKENS, "German"): "Interne ID;Tokenname;Benutzer;Rolle;Anwendung;Inaktiv;Erstellt;Erstellt von",
    (List.TOKENS, "Spanish"): "ID interno;Nombre del token;Usuario;Rol;Aplicación;Inactivo;Creado;Creado por",
    (List.TOKENS, "Japanese"): "内部ID;トークン名;ユーザー;ロール;アプリケーション;無効;作成日;作成者",
    (List.OPERATIONS, "German"): "API-Version;Authentifizierungsmethode;Auftrags-ID;Zeit;Vorgang;Vorgangsstatus;Benutzer-E-Mail;Integration",
    (List.OPERATIONS, "Spanish"): "Versión de API;Método de autenticación;ID de trabajo;Hora;Operación;Estado de la operación;Correo electrónico del usuario;Integración",
    (List.OPERATIONS, "Japanese"): "APIバージョン;認証方法;ジョブID;時間;操作;操作ステータス;ユーザーのメール;統合",
    (List.USAGE, "German"): "Auftrags-ID;Datum;Dauer;Integration;Aktion;Datensatztyp;Benutzer;Status;Datensätze",
    (List.USAGE, "Spanish"): "ID de trabajo;Fecha;Duración;Integración;Acción;Tipo de registro;Usuario;Estado;Registros",
    (List.USAGE, "Japanese"): "ジョブID;日時;所要時間;統合;アクション;レコードタイプ;ユーザー;ステータス;レコード",
    (List.USERS, "German"): "Interne ID;Name;E-Mail;Rolle;Zugriff;Inaktiv",
    (List.USERS, "Spanish"): "ID interno;Nombre;Correo electrónico;Rol;Acceso;Inactivo",
    (List.USERS, "Japanese"): "内部ID;名前;メールアドレス;ロール;ログイン・アクセス;無効",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", EXPORTED, ids=lambda known: known.list.replace(" ", "-"))
def test_every_list_is_recognised_in_every_language(tmp_path, known, language):
    captions = CAPTIONS[known.list, language]
    cells = ";".join(["1"] * len(captions.split(";")))
    (tmp_path / "export.csv").write_text(f"{captions}\n{cells}\n", encoding="utf-8")

    (item,) = load([tmp_path], Engagement()).inputs

    assert (item.list, item.unused_columns) == (known.list, ())


@pytest.mark.parametrize(
    ("captions", "looks_like", "offered"),
    [
        ("Nme,Application ID,State", "the integration list", "Nme"),
        ("Internal ID,Token name,User,Role,Aplication,Inactive,Created,Created By", "the access tokens", "Aplication"),
        ("Day,Email Address,IP Address,Request URI,Role,Status,User", "the login audit trail", None),
        ("Role,Permision,Level,Internal ID", "the role permissions", "Permision"),
    ],
)
def test_a_list_without_a_column_it_needs_is_named_and_the_nearest_name_offered(
    tmp_path, captions, looks_like, offered
):
    (tmp_path / "export.csv").write_text(f"{captions}\n{','.join('1' * 9)[: captions.count(',') * 2 + 1]}\n")

    with pytest.raises(InputError) as caught:
        load([tmp_path], Engagement())

    said = str(caught.value)
    assert f"this looks like {looks_like}, but has no column" in said
    assert (f'the nearest is "{offered}"' in said) is (offered is not None)


def test_a_column_that_is_nearly_called_like_a_missing_one_is_pointed_out(tmp_path):
    (tmp_path / "roles.csv").write_text("Internal ID,Name,Type,Parent Rol,Colour\n1,Clerk,Custom,Accountant,blue\n")

    (item,) = load([tmp_path], Engagement()).inputs

    assert item.unused_columns == ("Parent Rol", "Colour")
    assert item.notes == (
        "there is no Parent Role: whether a custom role is highly privileged can't be told by this list",
        'column "Parent Rol" is not read; if it is "Parent Role", say in engagement.toml under [columns]: "Parent Rol" = "base_role"',
    )


@pytest.mark.parametrize(
    "header", ["Kennwort", "Geheimnis", "Contraseña", "Clave secreta", "パスワード", "シークレット"]
)
def test_a_secret_is_not_read_in_any_language(tmp_path, header):
    (tmp_path / "list.csv").write_text(f"Name,State,Role,{header}\nA,Enabled,r,hunter2\n", encoding="utf-8")

    inventory = load([tmp_path], Engagement(columns={header: "notes"}))

    assert "hunter2" not in inventory.frame(List.INTEGRATIONS).to_string()
    assert inventory.inputs[0].notes == (f'column "{header}" looks like a secret and was not read',)
