-- C166: what is needed to judge whether a line of form 13 is plausible: the number of the year before (K16), and the rate beside those of
-- the others that tell the line in that year, in the municipality's class of size and in all (K17). How large a change may be, and how
-- many others it takes, is the release's (expectations/release/form_13.py).
with

line as (
    select * from {{ ref("fct_form_line") }}
    where not is_extension
),

control as (
    select * from {{ ref("form_control") }}
    where owner = 'great_expectations'
),

code_before as (
    select * from {{ ref("int_geography__code_before") }}
),

size_class as (
    select * from {{ ref("int_indicators__size_class") }}
    where scheme = 'kostra'
),

dwelling as (
    select
        municipality_code,
        year,
        line_count as dwelling_count
    from line
    where measure_id = 'disposed_dwellings' and breakdown = 'none'
),

-- What there is of people per inhabitant, what there is of dwellings per dwelling.
rated as (
    select
        line.*,
        size_class.size_class,
        size_class.label_nb as size_class_label_nb,
        size_class.persons,
        dwelling.dwelling_count,
        line.section_id in ('waiting_list', 'temporary')
        or (line.measure_id = 'disposed_dwellings' and line.breakdown = 'none') as is_per_inhabitant
    from line
    left join size_class on line.municipality_code = size_class.municipality_code and line.year = size_class.year
    left join dwelling on line.municipality_code = dwelling.municipality_code and line.year = dwelling.year
),

rate as (
    select
        *,
        case when is_per_inhabitant then 'per 1 000 innbyggere' else 'per 100 boliger' end as unit_label_nb,
        case when is_per_inhabitant then persons else dwelling_count end as denominator,
        cast(case
            when is_per_inhabitant then line_count * 1000.0 / nullif(persons, 0)
            else line_count * 100.0 / nullif(dwelling_count, 0)
        end as decimal(18, 6)) as rate
    from rated
),

told as (
    select
        year,
        line_id,
        'all' as peers,
        rate
    from rate
    where rate is not null

    union all

    select
        year,
        line_id,
        size_class as peers,
        rate
    from rate
    where rate is not null and size_class is not null
),

placed as (
    select
        *,
        row_number() over (partition by year, line_id, peers order by rate) as place,
        count(*) over (partition by year, line_id, peers) as told_count
    from told
),

-- Of the n others of each among n + 1, the 5th percentile lies at their place (n + 1) / 20 and the 95th at 19 (n + 1) / 20, between two
-- places by proportion: whoever is like the others is outside one time in ten, however many they are. A place among the others is that
-- place among all or the next one, so that three places among all are enough.
limit_place as (
    select
        year,
        line_id,
        peers,
        max(told_count) as told_count,
        max(rate) filter (where place = told_count // 20) as low_0,
        max(rate) filter (where place = told_count // 20 + 1) as low_1,
        max(rate) filter (where place = told_count // 20 + 2) as low_2,
        max(told_count) % 20 / 20.0 as low_part,
        max(rate) filter (where place = 19 * told_count // 20) as high_0,
        max(rate) filter (where place = 19 * told_count // 20 + 1) as high_1,
        max(rate) filter (where place = 19 * told_count // 20 + 2) as high_2,
        19 * max(told_count) % 20 / 20.0 as high_part
    from placed
    group by year, line_id, peers
),

change as (
    select
        line.municipality_code,
        line.year,
        line.line_id,
        'K16' as control_id,
        cast(line.line_count as decimal(18, 6)) as value,
        'antall' as unit_label_nb,
        case when code_before.has_same_borders then line_before.line_count end as base_count,
        case
            when line.line_count is null then 'linjen er ikke oppgitt'
            when code_before.municipality_code is null then 'kommunen er ny i ' || line.year
            when line_before.line_id is null then 'linjen er ikke i skjemaet eller ikke fortalt året før'
            when line_before.line_count is null then 'linjen er ikke oppgitt året før'
            when not code_before.has_same_borders then 'kommunen har andre grenser enn året før'
        end as missing_nb
    from line
    left join code_before on line.municipality_code = code_before.municipality_code and line.year = code_before.year
    left join line as line_before
        on
            code_before.code_before = line_before.municipality_code
            and line.year = line_before.year + 1
            and line.line_id = line_before.line_id
),

among_peers as (
    select
        rate.municipality_code,
        rate.year,
        rate.line_id,
        'K17' as control_id,
        rate.rate as value,
        rate.unit_label_nb,
        rate.size_class,
        rate.size_class_label_nb,
        coalesce(in_class.told_count, 0)
        - case when rate.rate is not null and rate.size_class is not null then 1 else 0 end as class_peer_count,
        {{ limit_among_others("rate.rate", "in_class", "low") }} as class_p05,
        {{ limit_among_others("rate.rate", "in_class", "high") }} as class_p95,
        coalesce(in_all.told_count, 0) - case when rate.rate is not null then 1 else 0 end as all_peer_count,
        {{ limit_among_others("rate.rate", "in_all", "low") }} as all_p05,
        {{ limit_among_others("rate.rate", "in_all", "high") }} as all_p95,
        case
            when rate.line_count is null then 'linjen er ikke oppgitt'
            when coalesce(rate.denominator, 0) = 0 and rate.is_per_inhabitant then 'innbyggertall er ikke kjent'
            when coalesce(rate.denominator, 0) = 0 then 'boliger i alt er ikke oppgitt eller null'
        end as missing_nb
    from rate
    left join limit_place as in_class
        on rate.year = in_class.year and rate.line_id = in_class.line_id and rate.size_class = in_class.peers
    left join limit_place as in_all
        on rate.year = in_all.year and rate.line_id = in_all.line_id and in_all.peers = 'all'
),

figure as (
    select * from change
    union all by name
    select * from among_peers
)

select
    figure.municipality_code,
    figure.year,
    figure.line_id,
    line.label_nb as line_label_nb,
    figure.control_id,
    control.label_nb as control_label_nb,
    control.rule_id,
    control.definition_nb,
    control.severity,
    {{ label_nb("form_severity", "control.severity") }} as severity_label_nb,
    figure.value,
    figure.unit_label_nb,
    figure.base_count,
    figure.size_class,
    figure.size_class_label_nb,
    cast(figure.class_peer_count as integer) as class_peer_count,
    figure.class_p05,
    figure.class_p95,
    cast(figure.all_peer_count as integer) as all_peer_count,
    figure.all_p05,
    figure.all_p95,
    figure.missing_nb
from figure
inner join control on figure.control_id = control.control_id
inner join line
    on figure.municipality_code = line.municipality_code and figure.year = line.year and figure.line_id = line.line_id
