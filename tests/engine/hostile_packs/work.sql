# Work and memory without bound, and functions that are not on the list.
repeat('a', 1000000000) = role
repeat(role, 1000000000) like 'a%'
lpad(role, 1000000000, 'x') = role
range(1000000000) is null
generate_series(1, 1000000000) is null
list_sum(range(1000000000)) > 0
len(range(1000000000)) > 0
array_agg(role) is null
count(*) over () > 0
sum(logins) over (order by logins) > 0
row_number() over () > 0
regexp_matches(role, '(a+)+$')
role ~ '(a+)+$'
role similar to '(a|a)*b'
role like role
role like user
lower(role) like lower(user)
role like '%a%b%c%d%e'
role like '%_%_%_%_%_%_%_%x'
role glob '*'
role || role = 'a'
concat(role, role) = 'a'
logins * logins > 1
logins + 1 > 1
logins / 0 > 1
logins % 2 = 1
factorial(100000) > 1
power(10, 100000) > 1
10 ** 100000 > 1
logins::varchar = '1'
cast(role as integer) = 1
try_cast(role as integer) = 1
role::json is null
role collate nocase = 'a'
role[1] = 'a'
role[1:1000000] = 'a'
[role] = [role]
{'a': role} is null
struct_pack(a := role) is null
map([1], [1]) is null
lambda x: x
list_transform([1], x -> x) is null
case when role_active then true end
coalesce(role_active, true)
if(role_active, true, false)
ifnull(role_active, true)
nullif(role_active, true)
hash(role) > 0
md5(role) = 'a'
sha256(role) = 'a'
base64(role) = 'a'
json_extract(role, '$') is null
date '9999-99-99' > last_seen
last_seen > date role
last_seen + interval 1 day > last_seen
interval '1 day' > interval '1 hour'
extract(year from last_seen) > 1
strftime(last_seen, '%Y') = '1'
1e999 > logins
logins = 99999999999999999999999999999999999999999999999999
0x1F = logins
true = true
