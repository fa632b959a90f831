"""The asset of the forms of a year: files for every municipality, made of the release in use.

Belongs here: showing them in Dagster, a partition for each year. Does not belong here: what is in a form (``orchestration.form_13``).
"""

from collections import Counter

import dagster as dg

from orchestration.resources.errors import clear_message
from orchestration.settings import load_settings

YEARS = dg.StaticPartitionsDefinition(
    [str(year) for year in range(2009, 2051)]
)  # from the form's first year with groups; no clock says the last
GROUP = "forms"


def forms_asset() -> dg.AssetsDefinition:
    """Form 13 of all municipalities for the year of the partition."""

    @dg.asset(
        key=["forms", "skjema13"],
        deps=[["release", "current"]],
        partitions_def=YEARS,
        group_name=GROUP,
        kinds={"excel", "csv", "html"},
        owners=["team:warehouse"],
        description="Form 13 (skjema 13) of every municipality that has one, in <data home>/forms/<year>/current.",
    )
    def skjema13(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        from orchestration.form_13.year import write_year

        settings = load_settings()
        try:
            forms, folder = write_year(settings, int(context.partition_key))
        except Exception as error:
            raise dg.Failure(description=clear_message(error, settings), allow_retries=False) from None
        missing = Counter(reason for form in forms for reason in form.missing_reasons)
        broken = Counter(control.control_id for form in forms for control in form.broken)
        return dg.MaterializeResult(
            metadata={
                "build_id": forms[0].made.build_id,
                "folder": str(folder),
                "forms": len(forms),
                "forms_that_lack_lines": sum(bool(form.missing) for form in forms),
                "lines_that_lack": sum(len(form.missing) for form in forms),
                "forms_by_reason": dict(sorted(missing.items())),
                "forms_by_control_not_met": dict(sorted(broken.items())),
            }
        )

    return skjema13
