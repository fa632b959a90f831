-- C12: the class of size of each municipality by each scheme, by its inhabitants on 31 December: one population falls in different classes.
select
    inhabitants.municipality_code,
    size_class.scheme,
    inhabitants.year,
    inhabitants.persons,
    inhabitants.status,
    size_class.size_class,
    size_class.label_nb,
    size_class.label_en
from {{ ref("int_geography__inhabitants") }} as inhabitants
inner join {{ ref("size_class") }} as size_class
    on {{ in_size_class("inhabitants.persons", "size_class.lower", "size_class.upper") }}
where inhabitants.age_group = 'all'
