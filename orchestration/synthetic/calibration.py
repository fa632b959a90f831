"""Figures the synthetic municipalities are drawn from, and the rates of planted defects.

Belongs here: numbers only. They are set so that the whole country comes close to the published national figures
(docs/synthetic-data.md compares them).
"""

from __future__ import annotations

import numpy as np

# Disposed dwellings per 1 000 inhabitants by population, and spread between municipalities (standard deviation of the logarithm).
STOCK_PER_1000 = ((2_000, 46), (5_000, 32), (10_000, 26), (20_000, 21), (50_000, 18), (100_000, 19), (10**9, 20))
STOCK_SPREAD = 0.12
ACQUIRED_PER_YEAR = 0.028
DISPOSED_PER_YEAR = 0.018
CHANGED_PER_YEAR = 0.02

TENURE_FORMS = ("owned", "rented_in", "right_of_disposal")
TENURE_SHARES = (0.77, 0.13, 0.10)
TENURE_KINDS = {
    "owned": (("freehold", "cooperative", "condominium"), (0.62, 0.23, 0.15)),
    "rented_in": (("private_rental",), (1.0,)),
    "right_of_disposal": (("allocation_agreement", "referral_agreement"), (0.6, 0.4)),
}

CATEGORIES = ("ordinary", "adapted", "near_base", "staffed_day", "staffed_round_clock")
ORDINARY, ADAPTED, NEAR_BASE, STAFFED_DAY, STAFFED_ROUND_CLOCK = range(5)
CATEGORY_SHARES = (0.52, 0.20, 0.08, 0.08, 0.12)
WHEELCHAIR_SHARES = np.array([0.34, 0.80, 0.45, 0.62, 0.70])
ROOM_SHARES = {"ordinary": (0.14, 0.40, 0.28, 0.13, 0.05), "other": (0.30, 0.55, 0.15, 0.0, 0.0)}
COLLECTIVES = 0.02  # share of units that are collectives of two to five dwellings
GRANTS = 0.5  # share of owned adapted and staffed dwellings with a grant
SHARED_FLATS = (0.012, 2)  # share of ordinary flats let on several contracts at the same time, and how many there are at least
SHARED_MEAN_STAY = 2.4
# Events of the stock: share of what could have the event, and how many there are at least.
TAKEN_OUT = (0.04, 2)  # of vacant times
RENOVATED = (0.05, 2)  # of vacant times
SPLITS = (0.08, 1)  # of dwellings that are acquired
MERGERS = (0.08, 1)  # of dwellings that are disposed of
EVENT_TOLD = 0.9  # acquisitions and disposals that stand in the file of events
RESPONSIBLE_CHANGES = 0.25  # of refugees' stays of two years and more: the introduction programme ends

# Groups of the form 1-7. Rows: dwelling category; columns: group 1 mental illness, 2 drug abuse, 3 both, 4 adapted
# dwelling, 5 refugee, 6 other problems, 7 not need-tested. Shares of those who move in.
MOVE_IN_GROUPS = np.array(
    [
        [0.090, 0.065, 0.050, 0.200, 0.240, 0.330, 0.025],
        [0.030, 0.000, 0.000, 0.930, 0.000, 0.030, 0.010],
        [0.300, 0.120, 0.180, 0.320, 0.000, 0.080, 0.000],
        [0.180, 0.020, 0.100, 0.700, 0.000, 0.000, 0.000],
        [0.160, 0.000, 0.080, 0.760, 0.000, 0.000, 0.000],
    ]
)
# Mean stay in years, ordinary and near a base / adapted and staffed.
MEAN_STAY = np.array([[6.6, 5.0, 6.0, 8.3, 5.0, 5.7, 6.5], [9.2, 7.5, 8.7, 10.6, 5.5, 7.5, 7.5]])
SHORTEST_STAY_DAYS = 30
MEAN_VACANT_DAYS = 225
VACANCY = 0.08
INTERNAL_MOVES = 0.11
MOVES_WITH_TWO_CONTRACTS = 0.3  # of those where the former contract could have lasted longer
RETURNS = 0.05  # of those who move in: the household had left another municipal dwelling some time before
# Settlement of refugees by year against an ordinary year.
REFUGEE_YEARS = {2015: 1.3, 2016: 1.7, 2017: 1.2, 2018: 0.8, 2019: 0.6, 2020: 0.5, 2021: 0.55, 2022: 1.7, 2023: 1.8, 2024: 1.3}

THREE_YEAR_CONTRACTS = np.array([0.55, 0.65, 0.60, 0.20, 0.75, 0.70, 0.15])
OTHER_FIXED_TERM = np.array([0.15, 0.20, 0.20, 0.05, 0.15, 0.15, 0.05])
ELDERLY_IN_GROUP_4 = 0.58
LISTED_LATER = 0.1  # of granted applications: put on the list some days after the decision
REFUSED_BEFORE = 0.06  # of applications that led to a dwelling: the household had been refused before
# Category that an applicant is found to need, by group.
NEEDED_CATEGORY = np.array(
    [
        [0.60, 0.00, 0.20, 0.10, 0.10],
        [0.80, 0.00, 0.20, 0.00, 0.00],
        [0.40, 0.00, 0.35, 0.10, 0.15],
        [0.20, 0.45, 0.05, 0.12, 0.18],
        [1.00, 0.00, 0.00, 0.00, 0.00],
        [0.97, 0.00, 0.03, 0.00, 0.00],
        [1.00, 0.00, 0.00, 0.00, 0.00],
    ]
)
HOUSEHOLD_SIZES = (
    (0.86, 0.10, 0.04, 0.0, 0.0),
    (0.94, 0.05, 0.01, 0.0, 0.0),
    (0.96, 0.04, 0.0, 0.0, 0.0),
    (0.82, 0.18, 0.0, 0.0, 0.0),
    (0.42, 0.14, 0.14, 0.17, 0.13),
    (0.52, 0.20, 0.15, 0.09, 0.04),
    (0.60, 0.25, 0.08, 0.05, 0.02),
)
FROM_PARENTS = 0.1  # of those who get a staffed dwelling on grounds of disability
SECOND_GROUP = 0.15
REASSESSED = 0.06
# Share with a care service other than a dwelling, by group.
CARE = np.array([0.44, 0.36, 0.50, 0.66, 0.10, 0.18, 0.04])
OUTSIDE_CARE = 0.6
OUTSIDE_REFUGEES = 0.5
TEMPORARY_STAYS_PER_YEAR = 0.12  # of dwellings; a few in a hundred dwellings' worth of households stay so at any time

# Planted defects: share of the rows or households that could have the defect, and how many there are at least (where
# there is anything to spoil).
DEFECTS = {
    "duplicate_tenancy": (0.004, 2),
    "household_without_group": (0.04, 2),
    "refugee_flag_after_five_years": (0.10, 1),
    "grant_without_flag": (0.08, 1),
    "overlapping_tenancies": (0.005, 2),
    "tenancy_in_sold_dwelling": (0.10, 1),
    "unknown_group_code": (0.004, 1),
    "wrong_check_digits_household": (0.006, 1),
    "wrong_check_digits_service": (0.004, 1),
    "wrong_check_digits_register": (0.01, 1),
    "end_before_start": (0.0006, 1),
    "tenancy_before_acquisition": (0.02, 1),
    "decision_after_start": (0.002, 1),
    "agreed_end_before_start": (0.002, 1),
    "event_on_another_day": (0.03, 1),
    "taken_out_twice": (0.1, 1),
    "event_without_dwelling": (0.05, 1),
    "child_in_two_households": (0.25, 0),
    "secret_address": (0.004, 1),
}
# Every fourth municipality (code modulo 4) sends a file cut short, another fourth a wrong first version.
TRUNCATED_REMAINDER = 2
CORRECTED_REMAINDER = 0
