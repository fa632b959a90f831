-- One row: which build this is and the days it describes.
select
    '{{ var("build_id") }}' as build_id,
    {{ as_of_date() }} as as_of_date,
    {{ known_at_date() }} as known_at_date
