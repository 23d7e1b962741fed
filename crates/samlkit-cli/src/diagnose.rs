//! `samlkit diagnose`

use samlkit::websso::{Check, Diagnosis, Rule, Verdict};
use serde::Serialize;

use crate::cli::Verify;
use crate::failure::{Failure, Refusal};
use crate::help::Situation;
use crate::output::{self, Outcome, Page, Safe, Style};
use crate::verify::{self, Setting};

/// Looks at one response by every rule of `verify`, without stopping at the first that is broken.
pub(crate) fn run(args: &Verify) -> Result<Outcome, Failure> {
    let now = args.at.now();
    let (setting, message) = Setting::read(args, now)?;
    let message = match message {
        Ok(message) => message,
        Err(Failure::Refused(refusal)) => {
            return report(args, Some(&refusal), &[]);
        }
        Err(failure) => return Err(failure),
    };
    let expected = verify::expected(args);
    let diagnosis = setting
        .service_provider
        .diagnose_xml(&message.octets, expected, now);
    let situation = setting.situation(args, &message);
    let refusal = diagnosis
        .rejection()
        .map(|rejection| situation.refusal(rejection));
    let rows = rows(&diagnosis, &situation);
    report(args, refusal.as_ref(), &rows)
}

/// A line of the table.
#[derive(Serialize)]
struct Row<'a> {
    check: &'static str,
    expected: Option<&'a str>,
    found: Option<&'a str>,
    verdict: &'static str,
    code: Option<&'static str>,
    message: Option<String>,
    help: Option<String>,
}

fn rows<'a>(diagnosis: &'a Diagnosis, situation: &Situation<'_>) -> Vec<Row<'a>> {
    let row = |check: &'a Check| {
        let refusal = match check.verdict() {
            Verdict::Failed(rejection) => Some(situation.refusal(rejection)),
            _ => None,
        };
        let verdict = match check.verdict() {
            Verdict::Passed => "passed",
            Verdict::Failed(_) => "failed",
            _ => "not-reached",
        };
        let (code, message, help) = match refusal {
            Some(refusal) => (Some(refusal.code), Some(refusal.message), refusal.help),
            None => (None, None, None),
        };
        Row {
            check: check.rule().as_str(),
            expected: check.expected(),
            found: check.found(),
            verdict,
            code,
            message,
            help,
        }
    };
    diagnosis.checks().iter().map(row).collect()
}

#[derive(Serialize)]
struct Report<'a> {
    verdict: &'static str,
    code: Option<&'static str>,
    message: Option<&'a str>,
    help: Option<&'a str>,
    checks: &'a [Row<'a>],
}

fn report(args: &Verify, refusal: Option<&Refusal>, rows: &[Row<'_>]) -> Result<Outcome, Failure> {
    let octets = if args.json.json {
        output::json(&Report {
            verdict: if refusal.is_some() {
                "rejected"
            } else {
                "accepted"
            },
            code: refusal.map(|refusal| refusal.code),
            message: refusal.map(|refusal| refusal.message.as_str()),
            help: refusal.and_then(|refusal| refusal.help.as_deref()),
            checks: rows,
        })?
    } else {
        page(refusal, rows).into_octets()
    };
    Ok(if refusal.is_some() {
        Outcome::refused(octets)
    } else {
        Outcome::done(octets)
    })
}

fn page(refusal: Option<&Refusal>, rows: &[Row<'_>]) -> Page {
    const TITLES: [&str; 5] = ["check", "expected", "found", "verdict", "what to change"];
    let mut page = match refusal {
        Some(refusal) => output::refusal("rejected", refusal),
        None => {
            let mut page = Page::new();
            page.styled(Style::Good, "accepted");
            page
        }
    };
    if rows.is_empty() {
        return page;
    }
    let cells = |row: &Row<'_>| {
        // What is said of a failure stands where what was found does.
        let found = row.found.or(row.message.as_deref());
        [
            row.check,
            row.expected.unwrap_or("-"),
            found.unwrap_or("-"),
            row.verdict,
            row.help.as_deref().unwrap_or("-"),
        ]
        .map(|text| Safe(text).to_string())
    };
    let lines: Vec<[String; 5]> = rows.iter().map(cells).collect();
    let widths: [usize; 4] = std::array::from_fn(|column| {
        let lengths = lines.iter().filter_map(|line| line.get(column));
        let lengths = lengths.map(|text| text.chars().count());
        let title = TITLES.get(column).map_or(0, |title| title.len());
        lengths.max().unwrap_or_default().max(title)
    });
    let line = |cells: [&str; 5]| {
        let [check, expected, found, verdict, change] = cells;
        let [a, b, c, d] = widths;
        format!("{check:<a$}  {expected:<b$}  {found:<c$}  {verdict:<d$}  {change}")
    };
    page.line("");
    page.styled(Style::Heading, &line(TITLES));
    for (row, cells) in rows.iter().zip(&lines) {
        let text = line(cells.each_ref().map(String::as_str));
        match row.verdict {
            "failed" => page.styled(Style::Bad, &text),
            _ => page.line(text),
        }
    }
    if rows
        .iter()
        .any(|row| row.check == Rule::Signature.as_str() && row.verdict == "failed")
    {
        page.line("");
        page.paragraph(
            0,
            "No signature vouches for what the checks after it looked at.",
        );
    }
    page
}
