"""`parascope verify`: a proof checked by another solver, without trust in the one that found it."""

from __future__ import annotations

import click


@click.command("verify")
@click.argument("certificates", metavar="CERTIFICATE...", nargs=-1, required=True)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True, max=86400),
    default=60.0,
    show_default=True,
    help="How long cvc5 may think about one obligation.",
)
@click.option("--list", "every", is_flag=True, help="Name every obligation and its answer.")
def verify_command(certificates: tuple[str, ...], seconds: float, *, every: bool) -> int:
    r"""Check the proof in each CERTIFICATE, a file that ends in .cert.smt2; - is standard input.

    \b
    Four things are asked, in this order:
      1. Is the file as it was written?            digests in its head
      2. Do its obligations make up a proof?       kinds, actions, what is assumed
      3. Does another solver answer as expected?   cvc5, one obligation at a time
      4. Is it about this model?                   its obligations, built again

    The first three need no z3.  Without it the fourth is answered by the digest pinned in
    counterexamples/proofs.toml, or not at all, and the output says so.

    The exit status is 0 if all is well, 32 if a proof is refused, 31 if cvc5 has no answer or is
    not installed, 151 if a file is no certificate.

    \b
    Examples:
      parascope verify .parascope/certificates/*.cert.smt2
      parascope verify proof.cert.smt2 --list --seconds 300
    """
    from checker import report
    from checker.certificates import verify
    from checker.files import ToolError
    from checker.progress import Meter
    from checker.verdict import worst

    codes = []
    for path in certificates:
        meter = Meter(path)
        try:
            with report.watching(meter):
                checked = verify.verify(path, seconds=seconds, tell=meter.enter)
        except ToolError as error:
            report.complain(str(error))
            codes.append(error.exit_code)
            continue
        report.out("\n".join(verify.lines(checked, every=every)))
        codes.append(checked.code)
    return worst(codes)
