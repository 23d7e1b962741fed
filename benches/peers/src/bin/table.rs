//! What accepting a message costs in each implementation: `cargo run --release --bin table`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use peers::{Input, Inputs, Workers, dhat, duration, median, ratio_of_rounds};
use peers_harness::{Call, Canonical, Failure, Scope, Worker};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one turn should take: long enough to warm up, short enough that a disturbance meets everyone.
const TURN: f64 = 20e6;

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
    let inputs = Inputs::new()?;
    let calls = Workers::build()?.calls(inputs.now())?;
    let messages = inputs.messages()?;
    let mut rows: Vec<Row> = calls.into_iter().map(Row::new).collect();
    for message in &messages {
        eprintln!("{}", message.name);
        column(&inputs, message, &mut rows)?;
    }
    if let Some(smallest) = messages.first() {
        let setting = inputs.setting(false)?;
        for row in &mut rows {
            row.memory = dhat(&row.call, &setting, &smallest.path, &smallest.request);
        }
    }
    print!("{}", shown(&messages, &rows));
    println!();
    print!("{}", canonicalization(&inputs, &messages, &rows)?);
    Ok(())
}

struct Row {
    call: Call,
    scope: Scope,
    cells: Vec<Cell>,
    notes: Vec<String>,
    memory: Option<(u64, u64)>,
}

enum Cell {
    Time { median: f64, ratio: f64 },
    None(Failure),
}

impl Row {
    fn new(call: Call) -> Self {
        Self {
            call,
            scope: Scope::Signature,
            cells: Vec::new(),
            notes: Vec::new(),
            memory: None,
        }
    }
}

/// One message through all peers, in rounds.
fn column(inputs: &Inputs, message: &Input, rows: &mut [Row]) -> Result<(), String> {
    let setting = inputs.setting(message.large)?;
    let mut turns: Vec<Result<Turns, Failure>> = Vec::new();
    for row in rows.iter_mut() {
        let started = Turns::start(row, &setting, message);
        if let Ok(turns) = &started {
            row.scope = turns.worker.described().scope;
        }
        turns.push(started);
    }
    let rounds = if message.large { 9 } else { 41 };
    for _ in 0..rounds {
        for turn in &mut turns {
            if let Ok(running) = turn
                && let Err(failure) = running.take()
            {
                *turn = Err(failure);
            }
        }
    }
    // The first row is samlkit's.
    let first = turns
        .first()
        .and_then(|turns| turns.as_ref().ok())
        .map(|turns| turns.rounds.clone())
        .unwrap_or_default();
    for (row, turns) in rows.iter_mut().zip(turns) {
        row.cells.push(match turns {
            Ok(turns) => Cell::Time {
                median: median(&turns.rounds.concat()),
                ratio: ratio_of_rounds(&turns.rounds, &first),
            },
            Err(failure) => Cell::None(failure),
        });
    }
    Ok(())
}

/// A running worker and what it took, round by round.
struct Turns {
    worker: Worker,
    times: usize,
    rounds: Vec<Vec<f64>>,
}

impl Turns {
    /// Shows that the peer refuses the copy that was tampered with, and accepts the message.
    fn start(row: &mut Row, setting: &Path, message: &Input) -> Result<Self, Failure> {
        // What did not come back from a smaller message is spared the larger one.
        if let Some(Cell::None(failure @ (Failure::Stopped | Failure::Ended(_)))) = row.cells.last()
        {
            return Err(failure.clone());
        }
        let mut worker = row.call.start(setting, PATIENCE)?;
        worker.load(&message.tampered, Some(&message.request))?;
        match worker.accept() {
            Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
            Ok(_) => row
                .notes
                .push(format!("ACCEPTS the tampered copy of {}", message.name)),
        }
        worker.load(&message.path, Some(&message.request))?;
        let summary = worker.accept()?;
        if let Some(name_id) = summary.name_id
            && name_id != "britta.simon@contoso.example"
        {
            row.notes
                .push(format!("names {name_id} in {}", message.name));
        }
        let estimate = worker.time(2)?.into_iter().min().unwrap_or(1).max(1);
        // At most 20 ms: the numbers are small enough for a float, and back.
        let times = (TURN / estimate as f64).clamp(1.0, 400.0) as usize;
        Ok(Self {
            worker,
            times,
            rounds: Vec::new(),
        })
    }

    fn take(&mut self) -> Result<(), Failure> {
        let nanos = self.worker.time(self.times)?;
        self.rounds
            .push(nanos.into_iter().map(|nanos| nanos as f64).collect());
        Ok(())
    }
}

fn shown(messages: &[Input], rows: &[Row]) -> String {
    let mut out = String::from("| implementation | does |");
    for message in messages {
        let _ = write!(out, " {} |", message.name);
    }
    out.push_str(" allocations, peak heap (7.3 KB) |\n|---|---|");
    out.push_str(&"---|".repeat(messages.len() + 1));
    out.push('\n');
    for row in rows {
        let does = match row.scope {
            Scope::Full => "all",
            Scope::Signature => "signatures",
        };
        let _ = write!(out, "| {} | {does} |", row.call.peer);
        for cell in &row.cells {
            let _ = match cell {
                Cell::Time { median, ratio } => {
                    write!(out, " {} ({ratio:.2}) |", duration(*median))
                }
                Cell::None(Failure::Stopped) => write!(out, " over {} s |", PATIENCE.as_secs()),
                Cell::None(Failure::Refused(_)) => write!(out, " refused |"),
                Cell::None(_) => write!(out, " failed |"),
            };
        }
        let _ = match row.memory {
            Some((count, peak)) => writeln!(out, " {count}, {} KB |", peak.div_ceil(1024)),
            None => writeln!(out, " not measured |"),
        };
    }
    out.push('\n');
    for row in rows {
        for note in &row.notes {
            let _ = writeln!(out, "- {}: {note}", row.call.peer);
        }
        for (cell, message) in row.cells.iter().zip(messages) {
            if let Cell::None(failure) = cell {
                let _ = writeln!(out, "- {}, {}: {failure:?}", row.call.peer, message.name);
            }
        }
    }
    out
}

/// A peer that canonicalizes, and what its runs took.
struct Writer<'r> {
    peer: &'r str,
    worker: Worker,
    rounds: Vec<Vec<f64>>,
    with_parsing: Vec<Vec<f64>>,
    last: Option<Canonical>,
}

impl<'r> Writer<'r> {
    fn start(row: &'r Row, setting: &Path, document: &Path) -> Option<Self> {
        let mut worker = row.call.start(setting, PATIENCE).ok()?;
        worker.load(document, None).ok()?;
        worker.canonicalize(1).ok()?;
        let peer = row.call.peer.as_str();
        Some(Self {
            peer: if peer.contains("libxmlsec1") {
                "libxml2, crate libxml 0.3.23"
            } else {
                peer.split(',').next().unwrap_or(peer)
            },
            worker,
            rounds: Vec::new(),
            with_parsing: Vec::new(),
            last: None,
        })
    }

    fn of(&self, with_parsing: bool) -> &[Vec<f64>] {
        if with_parsing {
            &self.with_parsing
        } else {
            &self.rounds
        }
    }

    fn take(&mut self, times: usize) {
        let floats = |nanos: &[u64]| nanos.iter().map(|nanos| *nanos as f64).collect();
        if let Ok(canonical) = self.worker.canonicalize(times) {
            self.rounds.push(floats(&canonical.nanos));
            self.with_parsing.push(floats(&canonical.with_parsing));
            self.last = Some(canonical);
        }
    }
}

/// Exclusive canonicalization of the assertion, as a document of its own.
fn canonicalization(inputs: &Inputs, messages: &[Input], rows: &[Row]) -> Result<String, String> {
    let setting = inputs.setting(true)?;
    let mut out = String::from("| exclusive canonicalization of the assertion of |");
    let smallest = messages.first().ok_or("no message")?;
    let mut writers: Vec<Writer<'_>> = Vec::new();
    for row in rows {
        // A second build of the same code has the same name but for its provider.
        let known = |writer: &Writer<'_>| row.call.peer.starts_with(writer.peer);
        if !writers.iter().any(known) {
            writers.extend(Writer::start(row, &setting, &smallest.assertion));
        }
    }
    for writer in &writers {
        let _ = write!(out, " {} |", writer.peer);
    }
    let _ = writeln!(out, "\n|---|{}", "---|".repeat(writers.len()));
    // Both signatures of a message are around the same assertion.
    for message in messages.iter().filter(|input| !input.name.contains("both")) {
        for writer in &mut writers {
            (writer.rounds, writer.with_parsing) = Default::default();
            writer.last = None;
            let loaded = writer.worker.load(&message.assertion, None);
            loaded.map_err(|failure| format!("{failure:?}"))?;
        }
        let (rounds, times) = if message.large { (7, 4) } else { (41, 200) };
        for _ in 0..rounds {
            for writer in &mut writers {
                writer.take(times);
            }
        }
        canonical_row(&mut out, message.name, &writers, false);
        let name = format!("{}, with its parsing", message.name);
        canonical_row(&mut out, &name, &writers, true);
    }
    Ok(out)
}

fn canonical_row(out: &mut String, name: &str, writers: &[Writer<'_>], with_parsing: bool) {
    let _ = write!(out, "| {name} |");
    // The first is samlkit's.
    let first = writers.first();
    let hash = |writer: &Writer<'_>| writer.last.as_ref().map(|canonical| canonical.hash);
    for writer in writers {
        let _ = if writer.last.is_none() {
            write!(out, " refused |")
        } else if hash(writer) != first.and_then(hash) {
            write!(out, " other octets |")
        } else {
            let nanos = median(&writer.of(with_parsing).concat());
            let ratio = first.map_or(1.0, |first| {
                ratio_of_rounds(writer.of(with_parsing), first.of(with_parsing))
            });
            write!(out, " {} ({ratio:.1}) |", duration(nanos))
        };
    }
    out.push('\n');
}
