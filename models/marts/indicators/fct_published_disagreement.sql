-- C137: known disagreements between publications, both values kept. Where the figure is loaded it is said with which of the two it
-- agrees.
with

disagreement as (
    select * from {{ ref("published_disagreement") }}
),

loaded as (
    select
        indicator_id,
        area_level,
        area_code,
        year,
        value
    from {{ ref("fct_indicator") }}
    where vintage = 'published_final' and breakdown = 'none'
)

select
    disagreement.disagreement_id,
    disagreement.kind,
    {{ label_nb("disagreement_kind", "disagreement.kind") }} as kind_label_nb,
    disagreement.subject_nb,
    disagreement.subject_en,
    disagreement.indicator_id,
    disagreement.area_level,
    disagreement.area_code,
    disagreement.base_year,
    disagreement.year,
    disagreement.unit,
    disagreement.first_publication,
    disagreement.first_value,
    disagreement.first_text,
    disagreement.second_publication,
    disagreement.second_value,
    disagreement.second_text,
    cast(disagreement.second_value - disagreement.first_value as decimal(18, 6)) as difference,
    loaded.value as loaded_value,
    case
        when loaded.value is null then 'not_loaded'
        when loaded.value = disagreement.first_value then 'first'
        when loaded.value = disagreement.second_value then 'second'
        else 'neither'
    end as loaded_agrees_with,
    disagreement.likely_cause,
    disagreement.source
from disagreement
left join loaded
    on
        disagreement.kind = 'level'
        and disagreement.indicator_id = loaded.indicator_id
        and disagreement.area_level = loaded.area_level
        and disagreement.area_code = loaded.area_code
        and disagreement.year = loaded.year
