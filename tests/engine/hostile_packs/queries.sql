# Subqueries, other tables, several statements, comments, and what breaks out of its place.
(select 1) = 1
exists (select 1)
not exists (select 1)
role in (select role from connections)
role = any (select role from connections)
role = all (select role from connections)
logins > (select max(logins) from connections)
role_active; drop table connections
role_active) or (1 = 1
role_active) then 1 else 0 end from connections; --
role_active -- and no more
role_active /* and no more
role_active */
role_active from connections
role_active from connections, connections
role_active union select true
role_active order by 1
role_active limit 1
role_active group by all
role_active qualify true
role_active window w as ()
role_active, role_active
role_active as x
distinct role_active
connections.role_active
main.connections.role_active
duckdb_tables.sql = 'x'
information_schema.tables = 'x'
columns('.*')
columns(*)
*
* exclude (role)
$1
?
:name
@x = 1
{{ role }}
role_active where true
with x as (select 1) select true
values (1)
table connections
describe connections
show tables
summarize connections
unpivot connections on role
pivot connections on role
