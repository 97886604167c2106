# Files, local and far.
read_csv('/etc/passwd') is null
read_csv_auto('bait.csv') is not null
exists (select * from read_csv('bait.csv'))
exists (from 'bait.csv')
(select content from read_text('/etc/passwd')) like 'root%'
role in (select a from 'bait.csv')
role = (select * from read_blob('bait.csv'))
exists (select * from glob('/*'))
exists (select * from read_parquet('https://example.invalid/x.parquet'))
exists (select * from read_json('s3://bucket/x.json'))
exists (select * from sniff_csv('bait.csv'))
exists (select * from parquet_scan('x'))
exists (select * from sqlite_scan('x.db', 't'))
role_active from read_csv('bait.csv')
role_active into outfile 'x'
copy (select 1) to 'out.csv'
copy connections from 'bait.csv'
export database 'out'
import database 'out'
