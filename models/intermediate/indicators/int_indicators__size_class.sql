-- The class of size of each municipality by each scheme, for every year with a population: the same population falls in different classes.
select
    population.municipality_code,
    size_class.scheme,
    population.year as reference_year,
    population.persons,
    population.status,
    size_class.size_class,
    size_class.label_nb,
    size_class.label_en
from {{ ref("fct_population") }} as population
inner join {{ ref("size_class") }} as size_class
    on {{ in_size_class("population.persons", "size_class.lower", "size_class.upper") }}
where population.age_group = 'all'
