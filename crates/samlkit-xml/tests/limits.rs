//! Each limit refuses the first thing beyond it, at that thing, and accepts everything up to it.

use samlkit_xml::raw::Raw;
use samlkit_xml::{Document, Error, Limits};

fn parse(source: &str, limits: Limits) -> Result<(), Error> {
    let owned = Document::parse_owned(source.as_bytes().to_vec(), &limits).map(|_| ());
    let borrowed = Document::parse_with(source.as_bytes(), &limits).map(|_| ());
    assert_eq!(owned, borrowed);
    borrowed
}

#[test]
fn bytes() {
    let limits = Limits::DEFAULT.with_bytes(8);
    assert_eq!(parse("<abcde/>", limits), Ok(()));
    let error = parse("<abcdef/>", limits).unwrap_err();
    assert_eq!(error, Error::TooManyBytes { limit: 8 });
    assert!(error.is_limit());
    // A byte order mark counts.
    assert_eq!(parse("\u{FEFF}<a/>", limits), Ok(()));
    assert_eq!(
        parse("\u{FEFF}<ab/>\n", limits),
        Err(Error::TooManyBytes { limit: 8 })
    );
}

#[test]
fn bytes_never_pass_the_maximum() {
    assert_eq!(
        Limits::DEFAULT.with_bytes(u32::MAX),
        Limits::DEFAULT.with_bytes(Limits::MAX_BYTES)
    );
    assert_eq!(
        Limits::DEFAULT.with_bytes(u32::MAX).bytes(),
        Limits::MAX_BYTES
    );
    assert_eq!(Limits::DEFAULT.with_bytes(8).bytes(), 8);
    assert_ne!(
        Limits::DEFAULT.with_bytes(Limits::MAX_BYTES - 1),
        Limits::DEFAULT.with_bytes(Limits::MAX_BYTES)
    );
}

#[test]
fn depth() {
    let limits = Limits::DEFAULT.with_depth(3);
    assert_eq!(
        parse("<a><b><c/><c></c></b><b><c/></b></a>", limits),
        Ok(())
    );
    assert_eq!(
        parse("<a><b><c><d/></c></b></a>", limits),
        Err(Error::TooDeep {
            offset: 9,
            limit: 3
        })
    );
    assert_eq!(
        parse("<a/>", Limits::DEFAULT.with_depth(0)),
        Err(Error::TooDeep {
            offset: 0,
            limit: 0
        })
    );
}

#[test]
fn default_depth() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert_eq!(parse(&nested(256), Limits::DEFAULT), Ok(()));
    let error = parse(&nested(257), Limits::DEFAULT).unwrap_err();
    assert_eq!(
        error,
        Error::TooDeep {
            offset: 3 * 256,
            limit: 256
        }
    );
    assert!(error.is_limit());
}

#[test]
fn any_depth_parses_without_recursion() {
    let depth = 200_000;
    let source = "<a>".repeat(depth) + "t" + &"</a>".repeat(depth);
    let limits = Limits::DEFAULT.with_depth(u32::MAX);
    let document = Document::parse_with(source.as_bytes(), &limits).unwrap();
    assert_eq!(document.root().descendants().count(), depth);
}

#[test]
fn nodes() {
    let limits = Limits::DEFAULT.with_nodes(4);
    assert_eq!(
        parse("<!--1--><a>t&lt;<![CDATA[]]>t<?p?></a> ", limits),
        Ok(())
    );
    for (source, offset) in [
        ("<!--1--><a>t<?p?></a><!--5-->", 21),
        ("<a>t<b/>t<b/></a>", 9),
        ("<a><b/>t<b/>&lt;t</a>", 12),
        ("<a><b/><b/><b/><?p?></a>", 15),
    ] {
        assert_eq!(
            parse(source, limits),
            Err(Error::TooManyNodes { offset, limit: 4 }),
            "{source}"
        );
    }
    assert!(
        parse("<a><b/></a>", Limits::DEFAULT.with_nodes(1))
            .unwrap_err()
            .is_limit()
    );
}

#[test]
fn attributes() {
    let limits = Limits::DEFAULT.with_attributes(2);
    assert_eq!(
        parse("<a b='' xmlns='u'><c d='' e=''/></a>", limits),
        Ok(())
    );
    let error = parse("<a b='' xmlns='u' c=''/>", limits).unwrap_err();
    assert_eq!(
        error,
        Error::TooManyAttributes {
            offset: 18,
            limit: 2
        }
    );
    assert!(error.is_limit());
}

#[test]
fn default_attributes() {
    let with = |count: usize| {
        let attributes: String = (0..count).map(|i| format!(" a{i:03}=''")).collect();
        format!("<a{attributes}/>")
    };
    assert_eq!(parse(&with(512), Limits::DEFAULT), Ok(()));
    assert_eq!(
        parse(&with(513), Limits::DEFAULT),
        Err(Error::TooManyAttributes {
            offset: 3 + 512 * 8,
            limit: 512
        })
    );
}

#[test]
fn namespaces() {
    let limits = Limits::DEFAULT.with_namespaces(2);
    assert_eq!(
        parse(
            "<a xmlns='u'><b xmlns='v'/><c xmlns:p='w'></c><d xmlns:q='x'/></a>",
            limits
        ),
        Ok(())
    );
    // What ends takes its declarations with it, that of the prefix xml too.
    for uri in ["u", samlkit_xml::ns::XML] {
        let prefix = if uri == "u" { "p" } else { "xml" };
        let child = |end: &str| format!("<b xmlns:{prefix}='{uri}' xmlns='v'{end}");
        let children = ["/>", "></b>", ">t</b>", "><i/></b>", "><i k=''>t</i></b>"];
        let children = children.map(child).concat().repeat(3);
        assert_eq!(parse(&format!("<a>{children}</a>"), limits), Ok(()));
        let deeper = format!("<a>{children}{}</a>", child("><c xmlns='w'/></b>"));
        let offset = deeper.find("xmlns='w'").unwrap();
        let limit = 2;
        assert_eq!(
            parse(&deeper, limits),
            Err(Error::TooManyNamespaces { offset, limit })
        );
    }
    let error = parse("<a xmlns='u'><b xmlns='v'><c xmlns='w'/></b></a>", limits).unwrap_err();
    assert_eq!(
        error,
        Error::TooManyNamespaces {
            offset: 29,
            limit: 2
        }
    );
    assert!(error.is_limit());
}

#[test]
fn ill_formed_is_no_limit() {
    assert!(!parse("<a>", Limits::DEFAULT).unwrap_err().is_limit());
    assert!(!parse("", Limits::DEFAULT).unwrap_err().is_limit());
}

/// The limits are tried before more work is done: a tree that is refused never grew past them.
#[test]
fn hostile_sizes_are_accepted_or_refused_by_rule() {
    let many = 20_000;
    // Many declarations over time, few at once: interned, never quadratic in what is in scope.
    let prefixes: String = (0..many)
        .map(|i| format!("<p{i}:e xmlns:p{i}='u{i}'/>"))
        .collect();
    assert_eq!(
        parse(&format!("<r>{prefixes}</r>"), Limits::DEFAULT),
        Ok(())
    );
    let references = "&#x0000000041;".repeat(many);
    assert_eq!(
        parse(
            &format!("<r a='{references}'>{references}</r>"),
            Limits::DEFAULT
        ),
        Ok(())
    );
    let sections = "<![CDATA[]]>".repeat(many);
    assert_eq!(
        parse(&format!("<r>{sections}</r>"), Limits::DEFAULT.with_nodes(1)),
        Ok(())
    );
    let limits = Limits::DEFAULT.with_attributes(u32::MAX);
    let attributes: String = (0..many).map(|i| format!(" a{i}=''")).collect();
    assert_eq!(parse(&format!("<r{attributes}/>"), limits), Ok(()));
    let last = attributes.len() + 3;
    assert_eq!(
        parse(&format!("<r{attributes} a7=''/>"), limits),
        Err(Error::DuplicateAttribute { offset: last })
    );
}

/// What a tree keeps grows with what is distinct and what there is, never with their product.
#[test]
fn a_tree_is_linear_in_its_source() {
    let counts = |source: &str| {
        let document = Document::parse(source.as_bytes()).unwrap();
        let raw = Raw::new(&document);
        (
            raw.node_count(),
            raw.prefix_count(),
            raw.other_namespaces().len(),
        )
    };
    // Ids 0 and 1 are no prefix and `xml`; node 0 is the document.
    assert_eq!(counts("<a/>"), (2, 2, 0));
    let same = "<p:e xmlns:p='u' xmlns:q='&#x75;'/>".repeat(1000);
    assert_eq!(counts(&format!("<r>{same}</r>")), (1002, 4, 1));
    let distinct: String = (0..1000)
        .map(|i| format!("<p{i}:e xmlns:p{i}='u{i}'>t</p{i}:e>"))
        .collect();
    assert_eq!(counts(&format!("<r>{distinct}</r>")), (2002, 1002, 1000));
    let pieces = "x&lt;<![CDATA[y]]>".repeat(1000);
    assert_eq!(counts(&format!("<r>{pieces}</r>")), (3, 2, 0));
}
