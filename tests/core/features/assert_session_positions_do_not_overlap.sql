-- Catches a session position that is in two ranges of session_positions and therefore counts twice.
select
    former.session_position,
    latter.session_position as overlapping_position
from {{ ref('session_positions') }} as former
inner join {{ ref('session_positions') }} as latter
    on
        former.session_position < latter.session_position
        and former.lowest_position <= latter.highest_position
        and former.highest_position >= latter.lowest_position
