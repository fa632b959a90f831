{#
  Time until something happens, by Kaplan and Meier, with censoring and delayed entry (C29).

  An observation has entry_days (0, or the age at which it came under observation), exit_days > entry_days, and is_event: whether it ended by
  what is waited for (true) or was lost from sight (false). It is at risk on the days after entry up to and including exit.
#}

{# How many enter, leave and end on each day, for each value of the keys. #}
{% macro survival_days(observations, keys) -%}
    select
        {{ keys | join(", ") }},
        day,
        sum(entered) as entered_count,
        sum(departed) as departed_count,
        sum(ended) as event_count
    from (
        select
            {{ keys | join(", ") }},
            entry_days as day,
            1 as entered,
            0 as departed,
            0 as ended
        from {{ observations }}
        union all
        select
            {{ keys | join(", ") }},
            exit_days as day,
            0 as entered,
            1 as departed,
            case when is_event then 1 else 0 end as ended
        from {{ observations }}
    ) as changes
    group by {{ keys | join(", ") }}, day
{%- endmacro %}

{#
  The curve from days that were counted by survival_days: who is at risk on each day, and the share that is left after it. The share is a
  product over the days, made of logarithms; once nobody is left it is 0. is_known is false from the day on which nobody is at risk any
  more though others enter later: what the curve would say there is not known.
#}
{% macro survival_curve(days, keys) -%}
    select
        {{ keys | join(", ") }},
        day,
        departed_count,
        event_count,
        at_risk_count,
        not (coalesce(bool_or(is_emptied) over before_day, false) or (is_emptied and event_count = at_risk_count)) as is_known,
        case
            when bool_or(event_count > 0 and event_count = at_risk_count) over up_to_day then 0
            else exp(sum(
                case when event_count between 1 and at_risk_count - 1 then ln(1 - cast(event_count as double) / at_risk_count) else 0 end
            ) over up_to_day)
        end as share_left
    from (
        select
            *,
            coalesce(sum(entered_count - departed_count) over before_day, 0) as at_risk_count,
            sum(entered_count - departed_count) over up_to_day = 0
            and day < max(case when entered_count > 0 then day end) over (partition by {{ keys | join(", ") }}) as is_emptied
        from {{ days }}
        window
            before_day as (partition by {{ keys | join(", ") }} order by day rows between unbounded preceding and 1 preceding),
            up_to_day as (partition by {{ keys | join(", ") }} order by day rows between unbounded preceding and current row)
    ) as at_risk
    window
        before_day as (partition by {{ keys | join(", ") }} order by day rows between unbounded preceding and 1 preceding),
        up_to_day as (partition by {{ keys | join(", ") }} order by day rows between unbounded preceding and current row)
{%- endmacro %}

{# The first day on which at most this share is left. Logarithms do not hit a share exactly: nine digits decide. #}
{% macro survival_quantile(share) -%}
    min(day) filter (where share_left <= {{ share }} + 0.000000001 and is_known)
{%- endmacro %}

{# Whether the curve comes down to the share; NULL where it is not known so far. #}
{% macro is_survival_quantile_reached(share) -%}
    case
        when {{ survival_quantile(share) }} is not null then true
        when bool_and(is_known) then false
    end
{%- endmacro %}
