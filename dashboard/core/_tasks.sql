-- What of the lists a person should look at: status, a sentence, and the section that shows more.
select
    'look' as status,
    count(*) || ' customers get fewer products than planned, most of them because of: '
    || replace(mode(short_reason order by short_reason), '_', ' ') || '.' as sentence,
    'recommendations' as section
from marts.short_lists
having count(*) > 0
