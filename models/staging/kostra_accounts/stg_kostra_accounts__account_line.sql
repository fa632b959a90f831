select
    entity.delivery_id,
    entity.line_number,
    entity.layout_year,
    entity.skjema,
    entity.aargang,
    entity.kvartal,
    entity.region,
    entity.orgnr,
    entity.foretaksnr,
    entity.kontoklasse,
    entity.funksjon_kapittel,
    entity.art_sektor,
    entity.belop,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'kostra_accounts__account_line') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
