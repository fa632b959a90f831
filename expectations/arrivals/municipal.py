"""Suites on the staged rows of a municipality's housing extract."""

from __future__ import annotations

from expectations.arrivals.suite import begins_within_period, born_within_period, identity

SUITES = {
    "dwelling": begins_within_period("acquired_date", "changed_date"),
    "tenancy": identity("contract_holder") | begins_within_period("start_date"),
    "household_member": identity("person") | born_within_period() | begins_within_period("from_date"),
    "household_group": begins_within_period("from_date"),
    "application": identity("applicant") | begins_within_period("received_date"),
}
