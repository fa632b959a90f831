-- C26: the days that each household is present in the stock, divided where another of its stays begins. Every first day of a spell is one
-- household in, every last day one out, so that what is present before, in and out make what is present after.
with

tenancies as (
    select
        counted.tenancy_key,
        counted.tenancy_id,
        counted.municipality_code,
        counted.household_key,
        counted.dwelling_key,
        counted.kind_of_start,
        counted.start_date,
        {{ open_end('counted.end_date') }} as end_date,
        stays.stay_key,
        stays.is_last_of_stay
    from {{ ref('int_tenancies__counted') }} as counted
    inner join {{ ref('int_tenancies__stay') }} as stays on counted.tenancy_key = stays.tenancy_key
    where counted.is_counted
),

in_stock as (
    select
        dwelling_key,
        valid_from,
        {{ open_end('valid_to') }} as valid_to
    from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

-- The days of a stay on which its dwelling is in stock; days that follow each other are one piece.
stock_days as (
    select
        tenancies.stay_key,
        tenancies.household_key,
        greatest(tenancies.start_date, in_stock.valid_from) as from_date,
        least(tenancies.end_date, in_stock.valid_to) as to_date
    from tenancies
    inner join in_stock
        on
            tenancies.dwelling_key = in_stock.dwelling_key
            and tenancies.start_date < in_stock.valid_to
            and tenancies.end_date > in_stock.valid_from
),

piece_openings as (
    select
        *,
        coalesce(from_date > lag(to_date) over (partition by stay_key order by from_date), true) as opens_piece
    from stock_days
),

piece_numbers as (
    select
        *,
        count(*) filter (where opens_piece) over (partition by stay_key order by from_date) as piece_number
    from piece_openings
),

pieces as (
    select
        stay_key,
        household_key,
        piece_number,
        min(from_date) as from_date,
        max(to_date) as to_date
    from piece_numbers
    group by stay_key, household_key, piece_number
),

-- In order of start. A piece is an entry where nothing before it reaches its first day.
ordered as (
    select
        pieces.*,
        stays.municipality_code,
        stays.tenancy_id,
        coalesce(pieces.from_date > max(pieces.to_date) over earlier, true) as is_entry,
        case
            when stays.kind_of_start = 'new' and pieces.piece_number = 1 then 'newly_moved_in'
            else 'internally_in'
        end as way_in
    from pieces
    inner join tenancies as stays on pieces.stay_key = stays.tenancy_key
    window earlier as (
        partition by pieces.household_key order by pieces.from_date, stays.tenancy_id
        rows between unbounded preceding and 1 preceding
    )
),

presences as (
    select
        *,
        count(*) filter (where is_entry) over (partition by household_key order by from_date, tenancy_id) as presence_number
    from ordered
),

-- A spell lasts until the household's next piece begins or, where none does while it is present, until its last piece ends.
spells as (
    select
        *,
        coalesce(lead(from_date) over in_presence, max(to_date) over whole_presence) as spell_to_date,
        lead(from_date) over in_presence is not null as is_followed_at_once,
        lead(way_in) over of_household as next_way_in,
        -- the stay that the household leaves: this one, or of several that run the one that ends last
        case when lead(from_date) over in_presence is not null then stay_key else first_value(stay_key) over by_end end as left_stay_key
    from presences
    window
        of_household as (partition by household_key order by from_date, tenancy_id),
        in_presence as (partition by household_key, presence_number order by from_date, tenancy_id),
        whole_presence as (partition by household_key, presence_number),
        by_end as (partition by household_key, presence_number order by to_date desc, tenancy_id desc)
),

last_tenancy as (
    select
        stay_key,
        tenancy_key,
        end_date
    from tenancies
    where is_last_of_stay
)

select
    spells.household_key,
    spells.municipality_code,
    cast(row_number() over (partition by spells.household_key order by spells.from_date, spells.tenancy_id) as integer) as spell_number,
    spells.stay_key,
    spells.from_date,
    nullif(spells.spell_to_date, {{ end_of_time() }}) as to_date,
    spells.way_in,
    case
        when spells.is_followed_at_once then 'internally_out'
        when spells.spell_to_date = {{ end_of_time() }} then null
        when spells.next_way_in = 'internally_in' then 'internally_out'
        else 'moved_out'
    end as way_out,
    -- the tenancy that the household left by; none where it stayed and its dwelling went
    case
        when spells.is_followed_at_once then last_tenancy.tenancy_key
        when spells.spell_to_date <> {{ end_of_time() }} and last_tenancy.end_date = spells.spell_to_date then last_tenancy.tenancy_key
    end as left_tenancy_key
from spells
left join last_tenancy on spells.left_stay_key = last_tenancy.stay_key
