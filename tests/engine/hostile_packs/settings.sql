# The environment, settings, other databases, extensions.
getenv('HOME') = 'x'
role = getenv('PATH')
current_setting('enable_external_access')
pragma database_list
pragma enable_external_access = true
set enable_external_access = true
set variable x = 1
getvariable('x') = 1
attach 'x.db' as x
attach 'https://example.invalid/x.db'
detach memory
use memory
install httpfs
load httpfs
call pragma_version()
checkpoint
vacuum
create table x as select 1
create macro f() as 1
create secret (type s3)
drop table connections
delete from connections
update connections set role_active = true
insert into connections values (1)
execute p
prepare p as select 1
explain select 1
version() = 'x'
current_database() = 'memory'
current_user = 'x'
session_user = 'x'
uuid() is not null
random() < 0.5
now() > date '2020-01-01'
current_date > date '2020-01-01'
txid_current() > 0
pg_sleep(100) is null
error('x') is null
query('select 1') is null
query_table('connections') is null
