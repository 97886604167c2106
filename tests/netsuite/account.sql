-- The lists of an invented account, in tables as SuiteQL names them. "<column>_shown" is what BUILTIN.DF gives.
CREATE TABLE role AS SELECT * FROM (VALUES
  (3, 'Administrator', 'BASIC', 'F', 'F'), (17, 'Sales Administrator', 'SALESCENTER', 'F', 'F'),
  (1001, 'Feed "Role", SOAP', 'BASIC', 'F', 'T'), (1002, '=cmd()|role', 'BASIC', 'T', 'F')
) AS rows(id, name, centerType, isInactive, isWebServiceOnlyRole);
CREATE TABLE rolepermissions AS SELECT * FROM (VALUES
  (1001, 'ADMI_LOGIN_OAUTH', 'Log in using Access Tokens', 4), (1001, 'LIST_CUSTJOB', 'Customers', 1),
  (17, 'ADMI_TWOFACTORAUTHBASE', 'Two-Factor Authentication base', 4)
) AS rows(role, permkey, name, permlevel);
CREATE TABLE OAuthToken AS SELECT * FROM (VALUES
  (1, 'Feed token', 7, 'Ada Feed', 1001, 'Feed "Role", SOAP', 12, 'Bank feed', 'F', 'F', '1/2/2018', 5, 'Bo Admin'),
  (2, 'Old token', 5, 'Bo Admin', 3, 'Administrator', 13, 'Old sync', 'F', 'T', '1/2/2017', 5, 'Bo Admin')
) AS rows(id, TBA_Token_Name, Entity_Name, Entity_Name_shown, Role_Name, Role_Name_shown, TBA_App_Name,
          TBA_App_Name_shown, BINACTIVE, BREVOKED, DCreated, CreatedBy, CreatedBy_shown);
CREATE TABLE employee AS SELECT * FROM (VALUES
  (5, 'Bo Admin', 'bo@acme.example', 'T', 'F'), (7, 'Ada Feed', 'ada@acme.example', 'T', 'F')
) AS rows(id, entityid, email, giveaccess, isinactive);
CREATE TABLE employeerolesforsearch AS SELECT * FROM (VALUES (5, 3), (5, 17), (7, 1001)) AS rows(entity, role);
-- Three logins an hour through ten days and twenty hours, two of them equal in everything.
CREATE TABLE loginAudit AS SELECT
  TIMESTAMP '2018-08-01' + INTERVAL (number // 3) HOUR AS date, 'Success' AS status,
  CASE WHEN number % 3 = 0 THEN 'Bank feed' END AS oAuthAppName,
  CASE WHEN number % 3 = 0 THEN 'Feed token' END AS oAuthAccessTokenName,
  CASE WHEN number % 3 = 0 THEN 7 ELSE 5 END AS "user",
  CASE WHEN number % 3 = 0 THEN 'Ada Feed' ELSE 'Bo Admin' END AS user_shown,
  CASE WHEN number % 3 = 0 THEN 1001 ELSE 3 END AS role,
  CASE WHEN number % 3 = 0 THEN 'Feed "Role", SOAP' ELSE 'Administrator' END AS role_shown,
  CASE WHEN number % 3 = 0 THEN 'ada@acme.example' ELSE 'bo@acme.example' END AS emailAddress,
  '198.51.100.7' AS ipAddress, '/services/NetSuitePort_2016_2' AS requestUri, NULL AS detail, NULL AS secChallenge,
  'Feed/1.0' AS userAgent
FROM range(780) AS numbers(number);
