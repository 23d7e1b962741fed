//! What each implementation says to a folder of messages with a manifest: `cargo run --release --bin attacks -- CORPUS_DIR [--json]`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use peers::{Inputs, Workers};
use peers_harness::{Call, Failure, Message, Scope, SettingFile, Summary, Worker};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const PATIENCE: Duration = Duration::from_secs(20);
/// The clock of a corpus that names none.
const USUAL: &str = "2026-01-15T10:01:00Z";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    arguments.retain(|argument| argument != "--json");
    let [folder] = &arguments[..] else {
        return Err("usage: attacks CORPUS_DIR [--json]".to_owned());
    };
    let inputs = Inputs::new()?;
    let (cases, skipped) = cases(&inputs, Path::new(folder))?;
    let mut results = Vec::new();
    for call in Workers::build()?.calls(USUAL)? {
        eprintln!("{}", call.peer);
        results.push(judged(call, &cases));
    }
    if json {
        let report = Report {
            skipped,
            peers: &results,
        };
        println!("{}", serde_json::to_string_pretty(&report).map_err(text)?);
    } else {
        show(&results, skipped);
    }
    Ok(())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[derive(Deserialize)]
struct Manifest {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    /// What tells it from the others. Default: the file.
    id: Option<String>,
    /// Only `response`, the default, is shown to all.
    kind: Option<String>,
    file: PathBuf,
    /// How often it is delivered. Default: once.
    deliveries: Option<u32>,
    /// A second identity provider.
    also_trusts: Option<String>,
    verdict: String,
    options: Options,
    expected: Option<Expected>,
    attack: Option<Attack>,
    /// The message that differs in the attack alone.
    sibling: Option<String>,
}

#[derive(Deserialize)]
struct Attack {
    class: String,
}

#[derive(Deserialize)]
struct Expected {
    name_id: Option<String>,
}

/// Named as the flags of `samlkit verify`.
#[derive(Deserialize)]
struct Options {
    idp_metadata: Option<PathBuf>,
    mimecast: Option<String>,
    sp_entity_id: Option<String>,
    acs_url: Option<String>,
    in_response_to: Option<String>,
    at: Option<String>,
    /// Of no use here: cases with encrypted parts are left out.
    #[serde(rename = "decrypt_key")]
    _decrypt_key: Option<PathBuf>,
    /// A case with any other asks for something that not every implementation can be told.
    #[serde(flatten)]
    other: Map<String, Value>,
}

struct Case {
    id: String,
    /// The class of the attack, or the folder of the file.
    class: String,
    sibling: Option<String>,
    attack: bool,
    file: PathBuf,
    request: String,
    name_id: Option<String>,
    setting: PathBuf,
    at: String,
}

/// Reads the manifest. The second number is of the cases that are left out.
fn cases(inputs: &Inputs, folder: &Path) -> Result<(Vec<Case>, usize), String> {
    let folder = folder.canonicalize().map_err(text)?;
    let manifest = fs::read_to_string(folder.join("manifest.json"))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let manifest: Manifest = serde_json::from_str(&manifest).map_err(text)?;
    let mut cases = Vec::new();
    let mut skipped = 0;
    let mut settings: BTreeMap<String, PathBuf> = BTreeMap::new();
    for entry in manifest.entries {
        let path = folder.join(&entry.file);
        let request = entry.options.in_response_to.clone();
        let (true, Some(request)) = (shown_to_all(&entry, &path), request) else {
            skipped += 1;
            continue;
        };
        let file = setting(&folder, &entry.options)?;
        let at = file.now.clone();
        let text_of = serde_json::to_string(&file).map_err(text)?;
        let number = settings.len();
        let setting = match settings.get(&text_of) {
            Some(known) => known.clone(),
            None => inputs.write(&format!("corpus-{number}.json"), &text_of)?,
        };
        settings.insert(text_of, setting.clone());
        let parent = entry.file.parent().unwrap_or(Path::new(""));
        cases.push(Case {
            id: entry.id.unwrap_or_else(|| entry.file.display().to_string()),
            class: match entry.attack {
                Some(attack) => attack.class,
                None => parent.display().to_string(),
            },
            sibling: entry.sibling,
            attack: entry.verdict != "accepted",
            file: path,
            request,
            name_id: entry.expected.and_then(|expected| expected.name_id),
            setting,
            at,
        });
    }
    if cases.is_empty() {
        return Err("the manifest has no case that can be shown to all".to_owned());
    }
    // One worker serves all cases of one setting.
    cases.sort_by(|one, other| one.setting.cmp(&other.setting));
    Ok((cases, skipped))
}

/// Whether every implementation can be told what the case asks for, and has what it needs.
fn shown_to_all(entry: &Entry, path: &Path) -> bool {
    let encrypted =
        Message::load(path, None).is_ok_and(|message| message.xml.contains("Encrypted"));
    entry.kind.as_deref().is_none_or(|kind| kind == "response")
        && entry.deliveries.unwrap_or(1) == 1
        && entry.also_trusts.is_none()
        && entry.options.other.is_empty()
        && !encrypted
}

fn setting(folder: &Path, options: &Options) -> Result<SettingFile, String> {
    let metadata = options.idp_metadata.as_ref();
    let metadata = folder.join(metadata.ok_or("a case names no metadata")?);
    let xml = fs::read_to_string(&metadata)
        .map_err(|error| format!("{}: {error}", metadata.display()))?;
    let idp = xml
        .split_once("entityID=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .ok_or("the metadata names no entity")?
        .0
        .to_owned();
    let (sp, acs) = match (&options.mimecast, &options.sp_entity_id, &options.acs_url) {
        (_, Some(sp), Some(acs)) => (sp.clone(), acs.clone()),
        (Some(mimecast), None, None) => {
            let (region, code) = mimecast.split_once(':').ok_or("no account code")?;
            (
                format!("https://{region}-api.mimecast.com/sso/{code}"),
                format!("https://{region}-api.mimecast.com/login/saml"),
            )
        }
        _ => return Err("a case names no service provider".to_owned()),
    };
    Ok(SettingFile {
        metadata,
        idp,
        sp,
        acs,
        now: options.at.clone().unwrap_or_else(|| USUAL.to_owned()),
        large: false,
    })
}

#[derive(Serialize)]
struct Report<'r> {
    /// Cases that ask for something that not every implementation can be told.
    skipped: usize,
    peers: &'r [Judged],
}

#[derive(Serialize)]
struct Judged {
    peer: String,
    scope: Scope,
    classes: BTreeMap<String, Counts>,
    /// Attacks that it accepts, with the name that it learns.
    accepted: BTreeMap<String, Option<String>>,
    /// Those of them that give another user, or other attributes, than the sibling does.
    misled: Vec<String>,
    /// Messages that it should accept, and what it says.
    refused: BTreeMap<String, String>,
    /// How many attacks it refuses whose sibling, which differs in the attack alone, it refuses as well.
    unproved: usize,
    /// Messages of either kind that it did not come back from.
    lost: Vec<String>,
}

#[derive(Default, Serialize)]
struct Counts {
    attacks: usize,
    accepted: usize,
    valid: usize,
    refused: usize,
}

fn judged(call: Call, cases: &[Case]) -> Judged {
    let mut judged = Judged {
        peer: call.peer.clone(),
        scope: Scope::Full,
        classes: BTreeMap::new(),
        accepted: BTreeMap::new(),
        misled: Vec::new(),
        refused: BTreeMap::new(),
        unproved: 0,
        lost: Vec::new(),
    };
    let mut running: Option<(&Path, Worker)> = None;
    let mut learnt: BTreeMap<&str, Summary> = BTreeMap::new();
    for case in cases {
        let result = verdict(&call, &mut running, case);
        if let Some((_, worker)) = &running {
            judged.scope = worker.described().scope;
        }
        let counts = judged.classes.entry(case.class.clone()).or_default();
        let lost = matches!(result, Err(Failure::Stopped | Failure::Ended(_)));
        if lost {
            judged.lost.push(case.id.clone());
            running = None;
        }
        match (case.attack, result) {
            (true, result) => {
                counts.attacks += 1;
                if let Ok(summary) = result {
                    counts.accepted += 1;
                    let name_id = summary.name_id.clone();
                    judged.accepted.insert(case.id.clone(), name_id);
                    learnt.insert(&case.id, summary);
                }
            }
            (false, Ok(summary)) => {
                counts.valid += 1;
                learnt.insert(&case.id, summary);
            }
            (false, Err(failure)) => {
                counts.valid += 1;
                counts.refused += 1;
                let reason = match failure {
                    Failure::Refused(reason) => reason,
                    failure => format!("{failure:?}"),
                };
                judged.refused.insert(case.id.clone(), reason);
            }
        }
    }
    for case in cases.iter().filter(|case| case.attack) {
        let sibling = case.sibling.as_deref().and_then(|id| learnt.get(id));
        if let (Some(attack), Some(sibling)) = (learnt.get(case.id.as_str()), sibling)
            && attack != sibling
        {
            judged.misled.push(case.id.clone());
        }
    }
    judged.unproved = cases
        .iter()
        .filter(|case| case.attack && !judged.accepted.contains_key(&case.id))
        .filter_map(|case| case.sibling.as_ref())
        .filter(|sibling| judged.refused.contains_key(*sibling))
        .count();
    judged
}

fn verdict<'c>(
    call: &Call,
    running: &mut Option<(&'c Path, Worker)>,
    case: &'c Case,
) -> Result<Summary, Failure> {
    if running
        .as_ref()
        .is_none_or(|(setting, _)| *setting != case.setting)
    {
        let mut call = call.clone();
        call.clock = call.clock.map(|_| case.at.clone());
        *running = Some((&case.setting, call.start(&case.setting, PATIENCE)?));
    }
    let Some((_, worker)) = running else {
        return Err(Failure::Nothing);
    };
    worker.load(&case.file, Some(&case.request))?;
    let summary = worker.accept()?;
    match (&case.name_id, &summary.name_id) {
        (Some(expected), Some(named)) if !case.attack && expected != named => {
            Err(Failure::Refused(format!("names {named:?}")))
        }
        _ => Ok(summary),
    }
}

fn show(results: &[Judged], skipped: usize) {
    let mut header = String::from("| attacks accepted |");
    for judged in results {
        header.push_str(&format!(" {} |", judged.peer));
    }
    println!("{header}\n|---|{}", "---|".repeat(results.len()));
    let classes: Vec<&String> = results
        .first()
        .map(|judged| judged.classes.keys().collect())
        .unwrap_or_default();
    let line = |title: &str, cell: &dyn Fn(&Judged) -> String| {
        let mut line = format!("| {title} |");
        for judged in results {
            line.push_str(&format!(" {} |", cell(judged)));
        }
        println!("{line}");
    };
    let does = |judged: &Judged| match judged.scope {
        Scope::Full => "all".to_owned(),
        Scope::Signature => "signatures".to_owned(),
    };
    line("does", &does);
    for class in classes {
        let attacks =
            |judged: &Judged| judged.classes.get(class).map_or(0, |counts| counts.attacks);
        if results.iter().all(|judged| attacks(judged) == 0) {
            continue;
        }
        line(class, &|judged| {
            let accepted = judged
                .classes
                .get(class)
                .map_or(0, |counts| counts.accepted);
            format!("{accepted} of {}", attacks(judged))
        });
    }
    let sum =
        |judged: &Judged, of: fn(&Counts) -> usize| judged.classes.values().map(of).sum::<usize>();
    line("**all attacks**", &|judged| {
        let of = sum(judged, |counts| counts.attacks);
        format!("{} of {of}", sum(judged, |counts| counts.accepted))
    });
    line(
        "of these, with another user or other attributes",
        &|judged| judged.misled.len().to_string(),
    );
    line("**valid messages refused**", &|judged| {
        let of = sum(judged, |counts| counts.valid);
        format!("{} of {of}", sum(judged, |counts| counts.refused))
    });
    line("attacks refused with their harmless sibling", &|judged| {
        judged.unproved.to_string()
    });
    line("**did not come back**", &|judged| {
        judged.lost.len().to_string()
    });
    println!(
        "\nLeft out: {skipped} cases that ask for something that not every implementation can be told."
    );
}
