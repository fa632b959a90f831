"""Hand-made tables of a release and of a build that forms are made of.

Belongs here: rows that the tests of forms tell their story with. Does not belong here: real warehouses (``tests/integration``).
"""

from __future__ import annotations

import json

import duckdb

from orchestration.settings import Settings

BUILD = "0123456789ab"

# Lines of two years; 460 moved in, 58 of them without a group. Bodø told nothing of temporary accommodation.
_LINES = """
    create table form_line as from (values
        ('2', 'dwellings', 1, 'Boliger i alt', 'disposed_dwellings', 'none', 'all', false),
        ('4.1', 'dwellings', 2, 'Utleide boliger', 'let_dwellings', 'none', 'all', false),
        ('5', 'move_ins', 3, 'Nyinnflyttede i alt', 'newly_moved_in', 'none', 'all', false),
        ('5.5', 'move_ins', 4, '=HYPERLINK("x")', 'newly_moved_in', 'target_group_form_2020', '5', false),
        ('5.9', 'move_ins', 5, 'Uten målgruppe', 'newly_moved_in', 'target_group_form_2020', 'unclassified', false),
        ('7', 'temporary', 6, 'Midlertidig botilbud', 'temporary_households', 'none', 'all', false),
        ('U1', 'extension', 7, 'Husstander i alt', 'households', 'none', 'all', true)
    ) as v (line_id, section_id, sort_order, label_nb, measure_id, breakdown, breakdown_code, is_extension);
    create table number as from (values
        ('5001', 2024, '2', 4069), ('5001', 2024, '4.1', 3780), ('5001', 2024, '5', 440), ('5001', 2024, '5.5', 400),
        ('5001', 2024, '5.9', 40), ('5001', 2024, '7', 10), ('5001', 2024, 'U1', 3780),
        ('5001', 2025, '2', 4105), ('5001', 2025, '4.1', 3789), ('5001', 2025, '5', 460), ('5001', 2025, '5.5', 402),
        ('5001', 2025, '5.9', 58), ('5001', 2025, '7', null), ('5001', 2025, 'U1', 3789),
        ('3012', 2023, '2', 4), ('3012', 2023, '4.1', 4), ('3124', 2024, '2', 5), ('3124', 2024, '4.1', null),
        ('4001', 2023, '2', 10), ('4001', 2023, '4.1', 9), ('4002', 2023, '2', 20), ('4002', 2023, '4.1', null),
        ('4003', 2024, '2', 31), ('4003', 2024, '4.1', 25),
        ('4004', 2023, '2', 50), ('4004', 2023, '4.1', 45), ('4005', 2023, '2', 5), ('4004', 2024, '2', 57), ('4004', 2024, '4.1', 45),
        ('4008', 2023, '2', 8), ('4009', 2023, '2', 9), ('4007', 2024, '2', 12)
    ) as v (municipality_code, year, line_id, line_count);
    create view fct_form_line as
    select municipality_code, municipality_name, year, line_id, section_id, 'Del: ' || section_id as section_label_nb, sort_order, label_nb,
        'Slik telles ' || line_id as definition_nb, is_extension, 'modelled' as origin, 'C10' as rule_id, measure_id, breakdown,
        breakdown_code, line_count, case when line_count is null then '..' end as symbol,
        case when line_count is null then 'missing' else 'observed' end as status,
        case when line_count is null then 'none' else 'counted' end as method,
        case when line_count is null then 'Filen er ikke levert.' end as missing_reason_nb, make_date(year, 12, 31) as reference_date
    from number inner join form_line using (line_id)
    inner join (select distinct municipality_code, municipality_name from dim_municipality) using (municipality_code);
"""
_OTHERS = """
    create table dim_municipality as from (values
        ('5001', 'Trondheim', date '2020-01-01', null::date, '5001'), ('5014', 'Frøya', date '2018-01-01', null, '5014'),
        ('3012', 'Aremark', date '2020-01-01', date '2024-01-01', '3124'), ('3124', 'Aremark', date '2024-01-01', null, '3124'),
        ('4001', 'Øst', date '2020-01-01', date '2024-01-01', '4003'), ('4002', 'Vest', date '2020-01-01', date '2024-01-01', '4003'),
        ('4003', 'Ny', date '2024-01-01', null, '4003'),
        ('4006', 'Del', date '2024-01-01', null, '4006'), ('4007', 'Ny del', date '2024-01-01', null, '4007'),
        ('4008', 'Delt', date '2020-01-01', date '2024-01-01', null), ('4009', 'Hel', date '2020-01-01', date '2024-01-01', '4007'),
        ('4004', 'Stor', date '2020-01-01', null, '4004'), ('4005', 'Liten', date '2020-01-01', date '2024-01-01', '4004')
    ) as v (municipality_code, municipality_name, valid_from, valid_to, current_code);
    create table bridge_municipality_before as from (values
        ('5001', 2025, '5001', 'Trondheim', true, true), ('5001', 2024, '5001', 'Trondheim', true, true),
        ('3124', 2024, '3012', 'Aremark', true, true),
        ('4003', 2024, '4001', 'Øst', true, false), ('4003', 2024, '4002', 'Vest', true, false),
        ('4004', 2024, '4004', 'Stor', true, false), ('4004', 2024, '4005', 'Liten', true, false),
        ('4006', 2024, '4008', 'Delt', false, false), ('4007', 2024, '4008', 'Delt', false, false),
        ('4007', 2024, '4009', 'Hel', true, false),
        ('5001', 2018, '1601', 'Trondheim', true, true), ('5001', 2020, '5001', 'Trondheim', true, false),
        ('5001', 2020, '5030', 'Klæbu', true, false), ('5030', 2018, '1662', 'Klæbu', true, true),
        ('0715', 2018, '0702', 'Holmestrand', true, false), ('0715', 2018, '0714', 'Hof', true, false),
        ('1507', 2020, '1504', 'Ålesund', true, false), ('1507', 2020, '1523', 'Ørskog', true, false)
    ) as v (municipality_code, year, code_before, name_before, is_whole, has_same_borders);
    create table fct_delivery_status as from (values ('5001')) as v (supplier);
    create table dim_measure as from (values ('disposed_dwellings', 'Boliger', 'stock'), ('let_dwellings', 'Utleide', 'stock'),
        ('newly_moved_in', 'Nyinnflyttede', 'flow'), ('temporary_households', 'Midlertidig', 'stock'), ('households', 'Husstander', 'stock')
    ) as v (measure_id, label_nb, stock_or_flow);
    create table dim_breakdown as
    from (values ('none', 'Uten'), ('target_group_form_2020', 'Målgruppe')) as v (breakdown, breakdown_label_nb);
    create table fct_form_sent as
    select *, make_date(year + 1, 2, 15) as received_date, make_date(year, if(covered_office = 'all', 11, 12), 30) as counted_date,
        if(covered_office = 'all', 'Hele kommunen', 'Bare boligkontoret') as covered_office_label_nb
    from (values ('5001', 2024, '2', 4060, null, 'all'),
        ('5001', 2024, '4.1', 3780, null, 'all'), ('5001', 2024, '5', 441, null, 'all'),
        ('5001', 2025, '2', 4100, null, 'housing_office'), ('5001', 2025, '4.1', 3789, null, 'housing_office'),
        ('5001', 2025, '7', null, '..', 'housing_office'),
        ('3012', 2023, '2', 4, null, 'housing_office'))
        as v (municipality_code, year, line_id, sent_count, symbol, covered_office);
    create table fct_delivery_quality as
    select 'municipal' as source, '5001' as supplier, 'dwelling' as entity, delivery_id, period_start, period_end, status, is_current
    from (values ('municipal-5001-x', date '2025-12-01', date '2025-12-31', 'accepted', true),
        ('municipal-5001-november', date '2025-11-01', date '2025-11-30', 'accepted', true),
        ('municipal-5001-replaced', date '2025-11-01', date '2025-11-30', 'accepted', false),
        ('municipal-5001-refused', date '2025-10-01', date '2025-10-31', 'refused', true),
        ('municipal-5001-over-two-years', date '2024-07-01', date '2025-01-01', 'accepted', true),
        ('municipal-5001-before', date '2024-12-01', date '2024-12-31', 'accepted', true),
        ('municipal-5001-after', date '2026-01-01', date '2026-01-31', 'accepted', true)
    ) as v (delivery_id, period_start, period_end, status, is_current);
    create table fct_imputed_group as select *, 'imputed_proportional' as method
    from (values ('5001', 2025, 'newly_moved_in', 'form_2020', '5', 460.00::decimal(18, 2)),
        ('5001', 2025, 'newly_moved_in', 'form_2020', 'unclassified', 0.00)
    ) as v (municipality_code, year, population, scheme, group_code, imputed_count);
    create table fct_form_control as
    select *, case origin when 'sent' then 'Skjemaet som sendt' else 'Egne registre' end as origin_label_nb,
        case severity when 'error' then 'Feil' else 'Advarsel' end as severity_label_nb,
        'Definisjon av ' || control_id as definition_nb, if(control_id = 'K09', 'C164', 'C163') as rule_id
    from (values
        ('5001', 2025, 'K01', 'own_register', 'error', 'Sum av grupper er i alt', 460, 460, 0, true, 'Oppfylt.'),
        ('5001', 2025, 'K02', 'sent', 'warning', 'Bevegelse', 10, 12, -2, false, '=1+1'),
        ('5001', 2025, 'K01', 'sent', 'error', 'Sum av grupper er i alt', 4, 4, 0, true, 'Oppfylt.'),
        ('5001', 2025, 'K09', 'sent', 'error', 'Inngående', 3780, 3779, 1, false, 'Differanse: 1.'),
        ('5001', 2025, 'K09', 'own_register', 'error', 'Inngående', 3779, 3779, 0, true, 'Oppfylt.'),
        ('5001', 2025, 'K03', 'own_register', 'error', 'Midlertidig', null, null, null, null, 'Mangler.')
    ) as v (municipality_code, year, control_id, origin, severity, label_nb, left_count, right_count, difference, is_met, message_nb);
    create table fct_form_plausibility as
    select '5001' as municipality_code, 2025 as year, line_id, line_id || ' i ord' as line_label_nb, 'K16' as control_id,
        'Ingen stor endring' as control_label_nb, 'C166' as rule_id, 'Definisjon av K16' as definition_nb,
        'Advarsel' as severity_label_nb, 'antall' as unit_label_nb
    from (values ('2'), ('4.1'), ('7')) as v (line_id);
    create table fct_coverage as from (values ('5001', 2025, 'municipal', 'dwelling', true, true, 'municipal-5001-x', 4200, 1),
        ('5001', 2025, 'temporary_accommodation', 'stay', false, true, null, null, null)
    ) as v (municipality_code, year, source, entity, is_covered, is_expected, delivery_id, accepted_count, quarantined_count);
    create table fct_form_line_member as
    select '5001' as municipality_code, year, line_id, 'dwelling' as member_kind, uuid_of(n) as member_key, true as is_counted,
        'in_stock' as reason_code, 'Disponert' as reason_label_nb
    from (
        select year, '2' as line_id, n from (values (2024), (2025)) as v (year), range(1, 41) as r (n) where year = 2025 or n <= 5
        union all select 2024, '2', n from range(101, 105) as r (n)
    );
    create table fct_dwelling_event as select '5001' as municipality_code, uuid_of(n) as dwelling_key, 2025 as year,
        case when n < 100 then 1 else -1 end as stock_change, case when n < 100 then 'Anskaffet' else 'Avhendet' end as event_kind_label_nb,
        date '2025-05-01' as event_date
    from range(6, 105) as r (n) where n not between 41 and 100;
    create table fct_household_move as select '5001' as municipality_code, uuid_of(1) as household_key, 2025 as year, 'moved_out' as flow,
        'Flyttet ut' as flow_label_nb, date '2025-01-01' as move_date where false;
"""
_UUID = "create macro uuid_of(n) as md5(n::varchar)::uuid;"


def make_release(settings: Settings) -> None:
    """A release in use."""
    folder = settings.releases / f"0001-{BUILD}"
    folder.mkdir(parents=True)
    (settings.releases / "current").symlink_to(folder.name)
    with duckdb.connect(str(folder / "analyst.duckdb")) as con:
        con.execute(_UUID + _OTHERS + _LINES)
        con.execute(
            f"""copy (
                select '5001' as municipality_code, 2025 as year, line_id, 'K16' as control_id, 'warning' as severity, value, lower, upper,
                    is_met, message_nb
                from (values ('2', 4105.0, 3000.0, 4000.6, false, 'Over grensen.'), ('4.1', 3789.0, 3000.0, 4000.0, true, 'Innenfor.'),
                    ('7', null, null, null, null, 'Mangler.')) as v (line_id, value, lower, upper, is_met, message_nb)
            ) to '{folder / "analyst_form_controls.parquet"}'"""
        )
    notes = {"build_id": BUILD, "as_of": "2025-12-31", "known_at": "2026-01-15", "code_sha256": "f" * 64}
    notes["checks"] = {"passed": 1, "failed": 0}
    (folder / "release.json").write_text(json.dumps(notes), encoding="utf-8")


def make_build(settings: Settings, build_id: str, sql: str = "") -> None:
    """A build with the form of Trondheim: four dwellings, three of them counted; ``sql`` changes it."""
    folder = settings.builds / build_id
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        for schema in ("indicators", "dwellings", "households", "intermediate", "seeds"):
            con.execute(f"create schema {schema}")
        con.execute(
            f"""{_UUID}
            create table indicators.fct_form_line as from (values
                ('5001', 'Trondheim', 2025, '2', 'dwellings', 'Boliger i alt', 3, null, 1),
                ('5001', 'Trondheim', 2025, '2.1', 'dwellings', 'Eid', 2, null, 2),
                ('5001', 'Trondheim', 2025, '7', 'temporary', 'Midlertidig', null, 'Filen er ikke levert.', 3),
                ('5001', 'Trondheim', 2025, 'U9', 'extension', 'Fire slag', 4, null, 4)
            ) as v (municipality_code, municipality_name, year, line_id, section_id, label_nb, line_count, missing_reason_nb, sort_order);
            alter table indicators.fct_form_line add column definition_nb varchar default 'Slik';
            create table indicators.fct_form_line_member as from (values
                ('5001', 2025, '2', 'dwelling', uuid_of(1), true, 'in_stock', 'Disponert'),
                ('5001', 2025, '2', 'dwelling', uuid_of(2), true, 'in_stock', 'Disponert'),
                ('5001', 2025, '2', 'dwelling', uuid_of(3), true, 'in_stock', 'Disponert'),
                ('5001', 2025, '2', 'dwelling', uuid_of(4), false, 'disposed', 'Avhendet i året'),
                ('5001', 2025, '2.1', 'dwelling', uuid_of(1), true, 'in_stock', 'Disponert'),
                ('5001', 2025, '2.1', 'dwelling', uuid_of(2), true, 'in_stock', 'Disponert'),
                ('5001', 2025, 'U9', 'dwelling', uuid_of(2), false, 'vacant', 'Ledig'),
                ('5001', 2025, 'U9', 'dwelling', uuid_of(3), false, 'taken_out', 'Tatt ut'),
                ('5001', 2025, 'U9', 'dwelling', uuid_of(6), false, 'fewer_places', 'Færre'),
                ('5001', 2025, 'U9', 'dwelling', uuid_of(7), false, 'disposed', 'Avhendet'),
                ('5001', 2025, 'U9', 'application', uuid_of(13), false, 'rejected', 'Avslått'),
                ('5001', 2025, 'U9', 'tenancy', uuid_of(16), false, 'registered_twice', 'To ganger'),
                ('5001', 2025, 'U9', 'tenancy', uuid_of(11), true, 'x', 'X'),
                ('5001', 2025, 'U9', 'household', uuid_of(12), true, 'x', 'X'),
                ('5001', 2025, 'U9', 'application', uuid_of(13), true, 'x', 'X'),
                ('5001', 2025, 'U9', 'stay', uuid_of(14), true, 'x', 'X')
            ) as v (municipality_code, year, line_id, member_kind, member_key, is_counted, reason_code, reason_label_nb);
            create table dwellings.dim_dwelling as
            select uuid_of(n) as dwelling_key, case n when 6 then 'B-5#2' when 7 then 'B#7' else 'B-' || n end as dwelling_id,
                case n when 6 then 2 else 1 end as place_number, date '2019-05-01' as acquired_date,
                case when n = 4 then date '2025-06-01' end as disposed_date, v = 0 as is_in_stock,
                case when v = 0 then case n when 3 then date '2025-09-01' when 4 then date '2025-06-01' when 6 then date '2025-08-01' end
                end as valid_to
            from range(1, 8) as r (n), range(2) as version (v);
            create table dwellings.fct_vacancy_spell as from (values (uuid_of(2), date '2024-01-01', date '2024-06-01'),
                (uuid_of(2), date '2025-11-15', null), (uuid_of(2), date '2026-01-01', null)) as v (dwelling_key, from_date, to_date);
            create table households.fct_tenancy as from (values
                (uuid_of(11), 'L-1', uuid_of(1), date '2025-02-01', null::date, date '2025-02-01', null::date, true),
                (uuid_of(16), 'L-2', uuid_of(1), null, null, date '2025-02-03', date '2025-12-01', false)
            ) as v (tenancy_key, tenancy_id, dwelling_key, start_date, end_date, delivered_start_date, delivered_end_date, is_counted);
            create table intermediate.int_tenancies__merged as from (values (uuid_of(11), 'L-1', false), (uuid_of(16), 'L-1', true)
            ) as v (tenancy_key, kept_tenancy_id, is_merged_away);
            create table households.dim_household as
            from (values (uuid_of(12), 'H-1'), (uuid_of(17), 'H-2')) as v (household_key, household_id);
            create table households.fct_household_year as
            select uuid_of(12) as household_key, uuid_of(11) as tenancy_key, year from (values (2024), (2025)) as v (year);
            create table households.fct_application as select uuid_of(13) as application_key, 'A-1' as application_id,
                date '2025-01-10' as received_date, date '2025-02-20' as decided_date, date '2025-03-10' as left_list_date;
            create table households.fct_temporary_stay as select uuid_of(14) as stay_key, 'O-1' as stay_id, date '2025-12-01' as start_date,
                null::date as end_date;
            create table households.fct_care_service as
            select '5001' as municipality_code, uuid_of(15) as person_key, service_id, is_dwelling, start_date, end_date
            from (values ('V-2', true, date '2024-01-01', null), ('V-1', true, date '2025-06-01', null),
                ('V-3', false, date '2024-01-01', null), ('V-4', true, date '2024-01-01', date '2025-12-31')
            ) as v (service_id, is_dwelling, start_date, end_date);
            create table households.fct_household_member as select '5001' as municipality_code, uuid_of(15) as person_key,
                uuid_of(12) as household_key, date '2025-02-01' as from_date, null::date as to_date;
            alter table indicators.fct_form_line add column measure_id varchar;
            alter table indicators.fct_form_line add column breakdown_code varchar default 'all';
            update indicators.fct_form_line set measure_id = 'disposed_dwellings' where line_id = '2';
            update indicators.fct_form_line set measure_id = 'households' where line_id = 'U9';
            create table indicators.fct_form_control as from (values
                ('5001', 2025, 'K03', 'own_register', 'Egne registre', 'Eierforhold', 'Oppfylt.', true, '2, 2.1'),
                ('5001', 2025, 'K09', 'own_register', 'Egne registre', 'Beholdning', 'Oppfylt.', true, null),
                ('5001', 2025, 'K09', 'sent', 'Skjemaet som sendt', 'Beholdning', 'Differanse: 10.', false, '4.1'),
                ('5001', 2025, 'K12', 'own_register', 'Egne registre', 'To husstander', 'Funnet: 1.', false, null),
                ('5001', 2025, 'K13', 'own_register', 'Egne registre', 'To kontorer', 'Funnet: 1.', false, null),
                ('5001', 2025, 'K14', 'own_register', 'Egne registre', 'Fem år', 'Funnet: 2.', false, null)
            ) as v (municipality_code, year, control_id, origin, origin_label_nb, label_nb, message_nb, is_met, line_ids);
            create table intermediate.int_geography__code_before as from (values ('5001', 2025, '5000'), ('5001', 2024, '1601')
            ) as v (municipality_code, year, code_before);
            create table intermediate.int_indicators__form_double_row as from (values
                ('5001', 2025, 'K12', 'in_two_households', uuid_of(15), 'household', uuid_of(12)),
                ('5001', 2024, 'K12', 'in_two_households', uuid_of(15), 'household', uuid_of(12)),
                ('5001', 2025, 'K13', 'registered_twice', uuid_of(1), 'tenancy', uuid_of(16)),
                ('5001', 2025, 'K13', 'two_offices', uuid_of(2), 'tenancy', uuid_of(11))
            ) as v (municipality_code, year, control_id, reason_code, finding_key, member_kind, member_key);
            create table intermediate.int_indicators__form_refugee_household as from (values
                ('5001', 2025, uuid_of(12), true, true), ('5001', 2025, uuid_of(17), true, false), ('5001', 2025, uuid_of(18), false, false)
            ) as v (municipality_code, year, household_key, is_over, is_counted_over);
            create table seeds.code_label as from (values
                ('form_reason', 'in_two_households', 'I to'), ('form_reason', 'two_offices', 'Av to'),
                ('form_reason', 'registered_twice', 'To ganger'), ('form_reason', 'over_five_years', 'Talt'),
                ('form_reason', 'flagged_over_five_years', 'Merket'), ('other', 'two_offices', 'Noe annet')
            ) as v (code_list, code, label_nb);
            create table indicators.fct_reconciliation as from (values
                ('5001', 2025, 'care', 'all', 'Omsorg mot IPLOS', 'alle', 'Boliger', 12, 'Personer', 10, 2, 0.1667, null, 1, 0),
                ('5001', 2025, 'sent', '2', 'Mot sendt skjema', 'Boliger i alt', 'Register', 3, 'Sendt', null, null, null, 'Ikke sendt',
                    2, 1)
            ) as v (municipality_code, year, pair_id, line_id, pair_label_nb, line_label_nb, left_label_nb, left_count, right_label_nb,
                right_count, difference, difference_share, missing_reason_label_nb, sort_order, line_sort_order);
            create table indicators.fct_reconciliation_cause as from (values
                ('rest', 'Uforklart', 1, 0, 'Resten.', 4), ('vacant', 'Ledig', 3, 1, 'Boligen er ledig.', 1),
                ('several', 'Flere personer', -1, 1, 'Flere i samme bolig.', 2),
                ('office', 'Annet kontor', 0, 0, 'Tildelt av andre.', 3)
            ) as v (cause_id, cause_label_nb, amount, member_count, cause_definition_nb, sort_order),
                (values ('5001', 2025, 'care', 'all')) as p (municipality_code, year, pair_id, line_id);
            create table indicators.fct_reconciliation_member as from (values
                ('vacant', 'dwelling', uuid_of(3), 3), ('several', 'person', uuid_of(15), -1)
            ) as v (cause_id, member_kind, member_key, amount),
                (values ('5001', 2025, 'care', 'all')) as p (municipality_code, year, pair_id, line_id);
            {sql}"""
        )
