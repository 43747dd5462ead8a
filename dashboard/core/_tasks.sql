-- Lists that need attention: status, sentence, and key of the section with details.
select
    'look' as status,
    count(*) || ' customers have a list shorter than list_length. The most frequent reason: '
    || replace(mode(short_reason order by short_reason), '_', ' ') || '.' as sentence,
    'recommendations' as section
from marts.short_lists
having count(*) > 0
