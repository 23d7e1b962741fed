//! Canonical forms of any document beside those of libxml2, octet for octet: of the whole, and of one element in its context.
//!
//! libxml2 is asked in a child process, `scripts/c14n-differential --serve`, which wants python3 and the shared library.

use std::io::{BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_xml::{Document, Element};

/// As the script has them: the algorithms, then the exclusive ones with a `PrefixList`.
const FORMS: [(Algorithm, &str); 8] = [
    (Algorithm::CanonicalXml10, ""),
    (Algorithm::CanonicalXml10WithComments, ""),
    (Algorithm::CanonicalXml11, ""),
    (Algorithm::CanonicalXml11WithComments, ""),
    (Algorithm::Exclusive, ""),
    (Algorithm::ExclusiveWithComments, ""),
    (Algorithm::Exclusive, "#default a ds xs"),
    (Algorithm::ExclusiveWithComments, "#default a ds xs"),
];
const REFUSED: u32 = u32::MAX;
const LARGE: usize = 8 << 10;

static LIBXML2: LazyLock<Mutex<Libxml2>> = LazyLock::new(|| Mutex::new(Libxml2::start()));

struct Libxml2 {
    /// Ends when its input does.
    _child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Libxml2 {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/c14n-differential");
        let mut child = Command::new(script)
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        Self {
            input: child.stdin.take().expect("it is piped"),
            output: BufReader::new(child.stdout.take().expect("it is piped")),
            _child: child,
        }
    }

    /// The forms of a document, and those of an element where its number is not 0.
    fn canonicalize(&mut self, source: &str, number: usize) -> Vec<Option<Vec<u8>>> {
        for number in [number, source.len()] {
            let octets = u32::try_from(number).expect("it is small").to_be_bytes();
            self.input.write_all(&octets).expect("it listens");
        }
        self.input.write_all(source.as_bytes()).expect("it listens");
        let count = FORMS.len() * (1 + usize::from(number > 0));
        (0..count).map(|_| self.form()).collect()
    }

    fn form(&mut self) -> Option<Vec<u8>> {
        let mut length = [0; 4];
        self.output.read_exact(&mut length).expect("it answers");
        let length = u32::from_be_bytes(length);
        if length == REFUSED {
            return None;
        }
        let mut form = vec![0; usize::try_from(length).expect("it is small")];
        self.output.read_exact(&mut form).expect("it answers");
        Some(form)
    }
}

/// Runs one input; gives how many forms were compared.
///
/// # Panics
///
/// If what must hold does not, or there is no libxml2.
pub fn compared(source: &[u8]) -> usize {
    let Ok(document) = Document::parse(source) else {
        return 0;
    };
    if !document.elements().all(is_written_right) {
        return 0;
    }
    let text = document.source();
    let count = document.elements().count();
    // Some element, and the same for the same input. Not in a large document: libxml2 looks node-sets up one by one.
    let number = if text.len().is_multiple_of(4) || text.len() > LARGE {
        0
    } else {
        text.len() % count + 1
    };
    let theirs = LIBXML2
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .canonicalize(text, number);
    let mut compared = 0;
    let element = document.elements().nth(number.wrapping_sub(1));
    let apexes = [None, element];
    for (apex, theirs) in apexes.into_iter().zip(theirs.chunks(FORMS.len())) {
        for ((algorithm, prefixes), theirs) in FORMS.into_iter().zip(theirs) {
            let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(prefixes);
            let mut ours = Vec::new();
            let done = match apex {
                None => canonicalizer.document(&document, &mut ours),
                Some(element) => canonicalizer.element(element, &mut ours),
            };
            let (Ok(()), Some(theirs)) = (done, theirs) else {
                continue;
            };
            assert_eq!(
                String::from_utf8_lossy(&ours),
                String::from_utf8_lossy(theirs),
                "{algorithm:?} {prefixes} {number}"
            );
            compared += 1;
        }
    }
    compared
}

/// Whether libxml2 writes the element as Canonical XML has it: in namespace names it escapes nothing, and quotes them as it likes.
fn is_written_right(element: Element<'_>) -> bool {
    element.namespace_declarations().all(|declaration| {
        !declaration
            .uri()
            .contains(['&', '<', '"', '\t', '\n', '\r'])
    })
}

/// Runs one input.
///
/// # Panics
///
/// As [`compared`].
pub fn run(source: &[u8]) {
    let _ = compared(source);
}
