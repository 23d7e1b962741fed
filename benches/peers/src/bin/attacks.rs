//! What each implementation says to a folder of messages with a manifest: `cargo run --release --bin attacks [-- CORPUS_DIR] [--json]`.
//!
//! Without a folder the corpus of `samlkit-testing` is made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, fs};

use peers::{Inputs, Workers, repository};
use peers_harness::{Call, Failure, Scope, SettingFile, Summary, Wishes, Worker};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const PATIENCE: Duration = Duration::from_secs(20);
/// What is wrong with a message of these classes is what it says, and not how it is signed or written.
const SAID: [&str; 9] = [
    "conditions",
    "encryption",
    "issuer",
    "post",
    "recipient",
    "replay",
    "schema",
    "status",
    "text",
];
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
    let inputs = Inputs::new()?;
    let folder = match &arguments[..] {
        [] => corpus()?,
        [folder] => PathBuf::from(folder),
        _ => return Err("usage: attacks [CORPUS_DIR] [--json]".to_owned()),
    };
    let (cases, skipped) = cases(&inputs, &folder)?;
    let mut results = Vec::new();
    for call in Workers::build()?.calls(USUAL)? {
        eprintln!("{}", call.peer);
        results.push(judged(&call, &cases));
    }
    if json {
        let report = Report {
            skipped,
            peers: &results,
        };
        println!("{}", serde_json::to_string_pretty(&report).map_err(text)?);
    } else {
        for scope in [Scope::Full, Scope::Signature] {
            let results: Vec<&Judged> = results
                .iter()
                .filter(|judged| judged.scope == scope)
                .collect();
            show(&results, scope);
        }
        println!(
            "Left out: {skipped} cases that ask for something that not every implementation can be told."
        );
    }
    Ok(())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Makes the corpus of `samlkit-testing`.
fn corpus() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/corpus");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(text)?;
    }
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--locked", "-p", "samlkit-testing"])
        .args(["--example", "corpus", "--manifest-path"])
        .arg(repository().join("Cargo.toml"))
        .arg("--")
        .arg(&folder)
        // It says what it made, which is no part of the tables.
        .stdout(Stdio::null())
        .status()
        .map_err(text)?;
    if status.success() {
        Ok(folder)
    } else {
        Err("the corpus cannot be made".to_owned())
    }
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
    /// How often it is delivered; the last time counts. Default: once.
    deliveries: Option<u32>,
    /// A second identity provider.
    also_trusts: Option<String>,
    verdict: String,
    options: Options,
    attack: Option<Attack>,
    /// The message that differs in the attack alone.
    sibling: Option<String>,
}

#[derive(Deserialize)]
struct Attack {
    class: String,
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
    decrypt_key: Option<PathBuf>,
    #[serde(default)]
    allow_unsolicited: bool,
    #[serde(default)]
    require_signed_response: bool,
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
    request: Option<String>,
    deliveries: u32,
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
        if !shown_to_all(&entry) {
            skipped += 1;
            continue;
        }
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
            file: folder.join(&entry.file),
            request: entry.options.in_response_to,
            deliveries: entry.deliveries.unwrap_or(1),
            setting,
            at,
        });
    }
    if cases.is_empty() {
        return Err("the manifest has no case that can be shown to all".to_owned());
    }
    // One worker serves all cases of one time.
    cases.sort_by(|one, other| one.at.cmp(&other.at));
    Ok((cases, skipped))
}

/// Whether every implementation can be told what the case asks for.
fn shown_to_all(entry: &Entry) -> bool {
    entry.kind.as_deref().is_none_or(|kind| kind == "response")
        && entry.also_trusts.is_none()
        && entry.options.other.is_empty()
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
        wishes: Wishes {
            decrypt_key: options.decrypt_key.as_ref().map(|key| folder.join(key)),
            either_signature: true,
            signed_response: options.require_signed_response,
            unsolicited: options.allow_unsolicited,
            remember: true,
        },
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
    /// Messages of either kind that it did not come back from.
    lost: Vec<String>,
    /// Cases that ask for something that it cannot be told.
    untold: Vec<String>,
}

#[derive(Default, Serialize)]
struct Counts {
    /// Attacks whose sibling it accepts, since the others prove nothing when they are refused, and that concern what it does.
    attacks: usize,
    accepted: usize,
    valid: usize,
    refused: usize,
}

fn judged(call: &Call, cases: &[Case]) -> Judged {
    let mut judged = Judged {
        peer: call.peer.clone(),
        scope: Scope::Full,
        classes: BTreeMap::new(),
        accepted: BTreeMap::new(),
        misled: Vec::new(),
        refused: BTreeMap::new(),
        lost: Vec::new(),
        untold: Vec::new(),
    };
    let mut running: Option<(&str, Worker)> = None;
    let mut learnt: BTreeMap<&str, Summary> = BTreeMap::new();
    let mut told: Vec<&Case> = Vec::new();
    for case in cases {
        let result = verdict(call, &mut running, case);
        if let Some((_, worker)) = &running {
            judged.scope = worker.described().scope;
        }
        match result {
            Err(Failure::Nothing) => {
                judged.untold.push(case.id.clone());
                continue;
            }
            Ok(summary) => {
                learnt.insert(&case.id, summary);
            }
            Err(failure) => {
                if matches!(failure, Failure::Stopped | Failure::Ended(_)) {
                    judged.lost.push(case.id.clone());
                    running = None;
                }
                if !case.attack {
                    let reason = format!("{failure:?}");
                    judged.refused.insert(case.id.clone(), reason);
                }
            }
        }
        told.push(case);
    }
    for case in told {
        judged.count(case, &learnt);
    }
    judged
}

impl Judged {
    fn count(&mut self, case: &Case, learnt: &BTreeMap<&str, Summary>) {
        let counts = self.classes.entry(case.class.clone()).or_default();
        let summary = learnt.get(case.id.as_str());
        if !case.attack {
            counts.valid += 1;
            counts.refused += usize::from(summary.is_none());
            return;
        }
        let sibling = case.sibling.as_deref().map(|id| learnt.get(id));
        let said = self.scope == Scope::Signature && SAID.contains(&&*case.class);
        if sibling == Some(None) || said {
            return;
        }
        counts.attacks += 1;
        let Some(summary) = summary else {
            return;
        };
        counts.accepted += 1;
        let name_id = summary.name_id.clone();
        self.accepted.insert(case.id.clone(), name_id);
        if sibling.flatten().is_some_and(|sibling| summary != sibling) {
            self.misled.push(case.id.clone());
        }
    }
}

/// The peer is made anew for each case, so that it remembers no other, and its process has the case's clock.
fn verdict<'c>(
    call: &Call,
    running: &mut Option<(&'c str, Worker)>,
    case: &'c Case,
) -> Result<Summary, Failure> {
    // The clock of a process is set to a second, and none stands before 1970.
    let settable = !case.at.contains('.') && *case.at >= *"1970";
    if call.clock.is_some() && !settable {
        return Err(Failure::Nothing);
    }
    let started = match running.take() {
        Some((at, worker)) if at == case.at => worker,
        _ => {
            let mut call = call.clone();
            // Some memories read it, even where acceptance is told the time.
            call.clock = settable.then(|| case.at.clone());
            call.start(&case.setting, PATIENCE)?
        }
    };
    let (_, worker) = running.insert((&case.at, started));
    worker.prepare(&case.setting)?;
    worker.load(&case.file, case.request.as_deref())?;
    for _ in 1..case.deliveries {
        worker.accept()?;
    }
    worker.accept()
}

fn show(results: &[&Judged], scope: Scope) {
    let line = |title: &str, cell: &dyn Fn(&Judged) -> String| {
        let mut line = format!("| {title} |");
        for judged in results {
            line.push_str(&format!(" {} |", cell(judged)));
        }
        println!("{line}");
    };
    line("", &|judged| judged.peer.clone());
    println!("|---|{}", "---|".repeat(results.len()));
    let sum =
        |judged: &Judged, of: fn(&Counts) -> usize| judged.classes.values().map(of).sum::<usize>();
    line("valid messages accepted", &|judged| {
        let of = sum(judged, |counts| counts.valid);
        format!("{} of {of}", of - sum(judged, |counts| counts.refused))
    });
    let classes: Vec<&String> = results
        .first()
        .map(|judged| judged.classes.keys().collect())
        .unwrap_or_default();
    for class in classes {
        let attacks =
            |judged: &Judged| judged.classes.get(class).map_or(0, |counts| counts.attacks);
        if results.iter().all(|judged| attacks(judged) == 0) {
            continue;
        }
        line(
            &format!("`{class}`"),
            &|judged| match judged.classes.get(class) {
                Some(counts) if counts.attacks > 0 => {
                    format!("{} of {}", counts.accepted, counts.attacks)
                }
                _ => String::new(),
            },
        );
    }
    line("all attacks accepted", &|judged| {
        let of = sum(judged, |counts| counts.attacks);
        format!("{} of {of}", sum(judged, |counts| counts.accepted))
    });
    if scope == Scope::Full {
        line(
            "of these, with another user or other attributes",
            &|judged| judged.misled.len().to_string(),
        );
    }
    line("did not come back", &|judged| judged.lost.len().to_string());
    println!();
}
