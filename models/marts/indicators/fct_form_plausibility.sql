-- C166: what is needed to judge whether a line of form 13 is plausible: the number of the year before (K16), and the rate among all that
-- tell the line in that year, in the municipality's class of size and in all (K17). The limits are the release's
-- (expectations/release/form_13.py).
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

class_peer as (
    select
        year,
        line_id,
        size_class,
        count(*) as peer_count,
        quantile_cont(rate, [0.05, 0.95]) as limits
    from rate
    where rate is not null and size_class is not null
    group by year, line_id, size_class
),

all_peer as (
    select
        year,
        line_id,
        count(*) as peer_count,
        quantile_cont(rate, [0.05, 0.95]) as limits
    from rate
    where rate is not null
    group by year, line_id
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
        coalesce(class_peer.peer_count, 0) as class_peer_count,
        class_peer.limits[1] as class_p05,
        class_peer.limits[2] as class_p95,
        coalesce(all_peer.peer_count, 0) as all_peer_count,
        all_peer.limits[1] as all_p05,
        all_peer.limits[2] as all_p95,
        case
            when rate.line_count is null then 'linjen er ikke oppgitt'
            when coalesce(rate.denominator, 0) = 0 and rate.is_per_inhabitant then 'innbyggertall er ikke kjent'
            when coalesce(rate.denominator, 0) = 0 then 'boliger i alt er ikke oppgitt eller null'
        end as missing_nb
    from rate
    left join class_peer on rate.year = class_peer.year and rate.line_id = class_peer.line_id and rate.size_class = class_peer.size_class
    left join all_peer on rate.year = all_peer.year and rate.line_id = all_peer.line_id
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
    control.severity,
    {{ label_nb("form_severity", "control.severity") }} as severity_label_nb,
    figure.value,
    figure.unit_label_nb,
    figure.base_count,
    figure.size_class,
    figure.size_class_label_nb,
    cast(figure.class_peer_count as integer) as class_peer_count,
    cast(figure.class_p05 as decimal(18, 6)) as class_p05,
    cast(figure.class_p95 as decimal(18, 6)) as class_p95,
    cast(figure.all_peer_count as integer) as all_peer_count,
    cast(figure.all_p05 as decimal(18, 6)) as all_p05,
    cast(figure.all_p95 as decimal(18, 6)) as all_p95,
    figure.missing_nb
from figure
inner join control on figure.control_id = control.control_id
inner join line
    on figure.municipality_code = line.municipality_code and figure.year = line.year and figure.line_id = line.line_id
