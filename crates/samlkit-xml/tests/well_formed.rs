//! What XML 1.0 and Namespaces in XML 1.0 call well-formed is accepted; what they do not is refused with the broken rule and
//! its offset. One line per malformed input, each with an accepted sibling that differs in as little as possible.

use samlkit_xml::{Document, Error, Limits};

fn parse(source: &[u8]) -> Result<(), Error> {
    Document::parse(source).map(|_| ())
}

/// `name: malformed => Error at offset, sibling;`
macro_rules! refused {
    ($($name:ident: $bad:expr => $error:ident @ $offset:expr, $good:expr;)*) => {$(
        #[test]
        fn $name() {
            let (bad, good): (&[u8], &[u8]) = ($bad.as_ref(), $good.as_ref());
            assert_eq!(parse(bad), Err(Error::$error { offset: $offset }));
            assert_eq!(parse(good), Ok(()));
        }
    )*};
}

mod document {
    use super::*;

    #[test]
    fn no_root() {
        for source in [
            "",
            " \r\n",
            "<!--c-->",
            "<?p?>",
            "<?xml version='1.0'?>",
            "\u{FEFF}",
        ] {
            assert_eq!(parse(source.as_bytes()), Err(Error::NoRoot), "{source:?}");
        }
    }

    refused! {
        text_before_root: "x<a/>" => ContentOutsideRoot @ 0, " \t\r\n<a/>";
        text_after_root: "<a/> x" => ContentOutsideRoot @ 5, "<a/> \n";
        reference_before_root: "&#32;<a/>" => ContentOutsideRoot @ 0, " <a/>";
        reference_after_root: "<a/>&#32;" => ContentOutsideRoot @ 4, "<a>&#32;</a>";
        section_without_end_after_root: "<a/><![CDATA[" => MalformedMarkup @ 4, "<a><![CDATA[]]></a>";
        unknown_before_root: "<!x]]><a/>" => MalformedMarkup @ 0, "<!--x]]--><a/>";
        section_after_root: "<a/><![CDATA[]]>" => ContentOutsideRoot @ 4, "<a><![CDATA[]]></a>";
        second_root: "<a/><b/>" => ContentOutsideRoot @ 4, "<a/><!--b--><?b?>";
        end_tag_only: "</a>" => MismatchedEndTag @ 0, "<a></a>";
        end_tag_after_root: "<a/></a>" => MismatchedEndTag @ 4, "<a><a/></a>";
        unclosed: "<a><b></b>" => UnclosedElement @ 0, "<a><b></b></a>";
        unclosed_inner: "<a> <b>t" => UnclosedElement @ 4, "<a> <b>t</b></a>";
        doctype: "<!DOCTYPE a><a/>" => Doctype @ 0, "<a/>";
        doctype_after_declaration: "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>" => Doctype @ 21, "<?xml version='1.0'?><a/>";
        doctype_in_lower_case: "<!doctype a><a/>" => Doctype @ 0, "<a/>";
        doctype_in_element: "<a><!DOCTYPE a></a>" => Doctype @ 3, "<a></a>";
        doctype_unclosed: "<!DOCTYPE a [ <!-- " => Doctype @ 0, "<a/>";
        doctype_without_name: "<!DOCTYPE><a/>" => Doctype @ 0, "<a/>";
        second_mark: b"\xEF\xBB\xBF\xEF\xBB\xBF<a/>" => ContentOutsideRoot @ 3, b"\xEF\xBB\xBF<a/>";
        mark_after_declaration: "<?xml version='1.0'?>\u{FEFF}<a/>" => ContentOutsideRoot @ 21, "<?xml version='1.0'?><a>\u{FEFF}</a>";
        offset_counts_the_mark: b"\xEF\xBB\xBF<a>&x;</a>" => UndeclaredEntity @ 6, b"\xEF\xBB\xBF<a>&lt;</a>";
    }
}

mod encoding {
    use super::*;

    refused! {
        utf16_le_mark: b"\xFF\xFE<\0a\0/\0>\0" => UnsupportedEncoding @ 0, b"<a/>";
        utf16_be_mark: b"\xFE\xFF\0<\0a\0/\0>" => UnsupportedEncoding @ 0, b"<a/>";
        utf16_le: b"<\0a\0/\0>\0" => UnsupportedEncoding @ 0, b"<a/>";
        utf16_be: b"\0<\0a\0/\0>" => UnsupportedEncoding @ 0, b"<a/>";
        utf32_be: b"\0\0\0<" => UnsupportedEncoding @ 0, b"<a/>";
        ebcdic: b"\x4C\x6F\xA7\x94\x93" => UnsupportedEncoding @ 0, b"<a/>";
        latin1_declared: b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>" => UnsupportedEncoding @ 30, "<?xml version='1.0' encoding='UTF-8'?><a>é</a>";
        latin1_declared_ascii_used: b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>" => UnsupportedEncoding @ 30, "<?xml version='1.0' encoding='utf-8'?><a/>";
        latin1_undeclared: b"<a>\xE9</a>" => InvalidUtf8 @ 3, "<a>é</a>";
        latin1_declared_after_mark: b"\xEF\xBB\xBF<?xml version='1.0' encoding='l1'?><a/>" => UnsupportedEncoding @ 33, b"\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?><a/>";
        overlong: b"<a>\xC0\xBC</a>" => InvalidUtf8 @ 3, b"<a>\xC3\xBC</a>";
        surrogate: b"<a>\xED\xA0\x80</a>" => InvalidUtf8 @ 3, b"<a>\xED\x9F\xBF</a>";
        truncated: b"\xEF\xBB\xBF<a>\xE2\x82</a>" => InvalidUtf8 @ 6, b"\xEF\xBB\xBF<a>\xE2\x82\xAC</a>";
        beyond_unicode: b"<a>\xF4\x90\x80\x80</a>" => InvalidUtf8 @ 3, b"<a>\xF4\x8F\xBF\xBF</a>";
    }
}

mod characters {
    use super::*;

    refused! {
        nul: "<a>x\0</a>" => IllegalCharacter @ 4, "<a>x\t</a>";
        escape: "<a b='\u{1B}'/>" => IllegalCharacter @ 6, "<a b='\u{20}'/>";
        vertical_tab: "<a>\u{B}</a>" => IllegalCharacter @ 3, "<a>\n</a>";
        in_comment: "<!--\u{1}--><a/>" => IllegalCharacter @ 4, "<!--\u{7F}--><a/>";
        in_instruction: "<?p \u{1F}?><a/>" => IllegalCharacter @ 4, "<?p \u{80}?><a/>";
        in_section: "<a><![CDATA[\u{8}]]></a>" => IllegalCharacter @ 12, "<a><![CDATA[\r]]></a>";
        fffe: "<a>\u{FFFE}</a>" => IllegalCharacter @ 3, "<a>\u{FFFD}</a>";
        ffff: "<a>é\u{FFFF}</a>" => IllegalCharacter @ 5, "<a>é\u{1FFFF}</a>";
        fffe_in_name: "<a\u{FFFE}/>" => IllegalCharacter @ 2, "<a\u{FFFD}/>";
        first_of_two: "<a>\u{FFFE}\u{1}</a>" => IllegalCharacter @ 3, "<a>\u{EFFF}</a>";
        reference_to_nul: "<a>&#0;</a>" => IllegalCharacter @ 3, "<a>&#9;</a>";
        reference_to_control: "<a b=' &#x1F;'/>" => IllegalCharacter @ 7, "<a b=' &#x20;'/>";
        reference_to_surrogate: "<a>&#xD800;</a>" => IllegalCharacter @ 3, "<a>&#xD7FF;</a>";
        reference_to_ffff: "<a>&#xFFFF;</a>" => IllegalCharacter @ 3, "<a>&#xFFFD;</a>";
        reference_beyond_unicode: "<a>&#x110000;</a>" => IllegalCharacter @ 3, "<a>&#x10FFFF;</a>";
        reference_overflowing: "<a>&#4294967361;</a>" => IllegalCharacter @ 3, "<a>&#0000000065;</a>";
    }
}

mod characters_in_long_runs {
    use super::*;
    use samlkit_xml::is_xml_text;

    /// Runs are looked at in blocks: what is illegal is found at every place of one, alone and before its like.
    #[test]
    fn the_first_illegal_one_is_found_wherever_it_stands() {
        let run = "x".repeat(400);
        for (illegal, legal) in [
            ("\0", "\t"),
            ("\u{1F}", "\u{20}"),
            ("\u{FFFE}", "\u{FFFD}"),
            ("\u{FFFF}", "\u{EFFF}"),
        ] {
            for at in 0..run.len() {
                let (before, after) = run.split_at(at);
                let offset = before.len();
                for count in [1, 2, 300] {
                    let text = |of: &str| format!("{before}{}{after}", of.repeat(count));
                    let document = |of| format!("<a>{}</a>", text(of));
                    assert_eq!(
                        parse(document(illegal).as_bytes()),
                        Err(Error::IllegalCharacter { offset: 3 + offset })
                    );
                    assert_eq!(parse(document(legal).as_bytes()), Ok(()));
                    assert!(!is_xml_text(&text(illegal)) && is_xml_text(&text(legal)));
                }
            }
        }
    }
}

mod references {
    use super::*;

    refused! {
        undeclared: "<a>&nbsp;</a>" => UndeclaredEntity @ 3, "<a>&amp;</a>";
        undeclared_in_attribute: "<a b='x&nbsp;'/>" => UndeclaredEntity @ 7, "<a b='x&quot;'/>";
        predefined_in_capitals: "<a>&LT;</a>" => UndeclaredEntity @ 3, "<a>&lt;</a>";
        dangling: "<a>b & c</a>" => MalformedReference @ 5, "<a>b &amp; c</a>";
        dangling_in_attribute: "<a b='c&d'/>" => MalformedReference @ 7, "<a b='c&gt;d'/>";
        dangling_before_reference: "<a>&&lt;</a>" => MalformedReference @ 3, "<a>&lt;&lt;</a>";
        dangling_at_end: "<a>&" => MalformedReference @ 3, "<a>&amp;</a>";
        dangling_outside: "<a/>&" => MalformedReference @ 4, "<a/> ";
        unfinished: "<a>&lt</a>" => MalformedReference @ 3, "<a>&lt;</a>";
        empty: "<a>&;</a>" => MalformedReference @ 3, "<a>&apos;</a>";
        spaced: "<a>& lt;</a>" => MalformedReference @ 3, "<a>&lt; </a>";
        space_before_semicolon: "<a>&lt ;</a>" => MalformedReference @ 3, "<a>&lt;</a>";
        no_digits: "<a>&#;</a>" => MalformedReference @ 3, "<a>&#9;</a>";
        no_hex_digits: "<a>&#x;</a>" => MalformedReference @ 3, "<a>&#xa;</a>";
        capital_x: "<a>&#X41;</a>" => MalformedReference @ 3, "<a>&#x41;</a>";
        hex_in_decimal: "<a>&#4A;</a>" => MalformedReference @ 3, "<a>&#x4A;</a>";
        plus_sign: "<a>&#+65;</a>" => MalformedReference @ 3, "<a>&#65;</a>";
        minus_sign: "<a b='&#x-41;'/>" => MalformedReference @ 6, "<a b='&#x41;'/>";
        foreign_digits: "<a>&#\u{661};</a>" => MalformedReference @ 3, "<a>&#49;</a>";
    }
}

mod names {
    use super::*;

    refused! {
        digit_first: "<1a/>" => MalformedName @ 1, "<a1/>";
        hyphen_first: "<-a/>" => MalformedName @ 1, "<a-/>";
        full_stop_first: "<a .b=''/>" => MalformedName @ 3, "<a b.=''/>";
        space_first: "< a/>" => MalformedName @ 1, "<a />";
        nothing: "<>" => MalformedName @ 1, "<a/>";
        combining_first: "<\u{300}a/>" => MalformedName @ 1, "<a\u{300}/>";
        middle_dot_first: "<\u{B7}/>" => MalformedName @ 1, "<a\u{B7}/>";
        multiplication_sign: "<a\u{D7}/>" => MalformedName @ 1, "<a\u{D6}/>";
        greek_question_mark: "<\u{37E}/>" => MalformedName @ 1, "<\u{37F}/>";
        en_quad: "<a\u{2000}b/>" => MalformedName @ 1, "<a\u{200C}b/>";
        private_use: "<\u{E000}/>" => MalformedName @ 1, "<\u{F900}/>";
        plane_fifteen: "<\u{F0000}/>" => MalformedName @ 1, "<\u{EFFFF}/>";
        empty_prefix: "<:a/>" => MalformedQName @ 1, "<a/>";
        empty_local_name: "<a: xmlns:a='u'/>" => MalformedQName @ 1, "<a:a xmlns:a='u'/>";
        two_colons: "<a:b:c xmlns:a='u'/>" => MalformedQName @ 1, "<a:b.c xmlns:a='u'/>";
        only_a_colon: "<a :=''/>" => MalformedQName @ 3, "<a b=''/>";
        local_name_of_digit: "<a:1 xmlns:a='u'/>" => MalformedName @ 1, "<a:_1 xmlns:a='u'/>";
        two_colons_in_attribute: "<a xml:b:c=''/>" => MalformedQName @ 3, "<a xml:b=''/>";
        two_colons_not_ascii: "<é:é:é xmlns:é='u'/>" => MalformedQName @ 1, "<é:é xmlns:é='u'/>";
        declaration_of_nothing: "<a xmlns:='u'/>" => MalformedQName @ 3, "<a xmlns:b='u'/>";
        declaration_of_two: "<a xmlns:b:c='u'/>" => MalformedQName @ 3, "<a xmlns:b.c='u'/>";
    }
}

mod tags {
    use super::*;

    refused! {
        lone_less_than: "<a><</a>" => MalformedName @ 4, "<a>&lt;</a>";
        less_than_at_end: "<a/><" => MalformedMarkup @ 4, "<a/>";
        unfinished: "<a b='c'" => MalformedMarkup @ 0, "<a b='c'/>";
        unfinished_value: "<a b='c/>" => MalformedMarkup @ 0, "<a b='c'/>";
        unfinished_end: "<a></a" => MalformedMarkup @ 3, "<a></a>";
        no_value: "<a b/>" => MalformedMarkup @ 4, "<a b=''/>";
        no_quotes: "<a b=c/>" => MalformedMarkup @ 5, "<a b='c'/>";
        one_quote: "<a b=\"c'/>" => MalformedMarkup @ 0, "<a b=\"c'\"/>";
        no_equals: "<a b 'c'/>" => MalformedMarkup @ 5, "<a b = 'c'/>";
        no_space: "<a b='c'd='e'/>" => MalformedMarkup @ 8, "<a b='c' d='e'/>";
        no_space_after_name: "<a'b'/>" => MalformedMarkup @ 2, "<a b=''/>";
        solidus_inside: "<a / >" => MalformedName @ 3, "<a />";
        solidus_before_attribute: "<a/b=''>" => MalformedMarkup @ 2, "<a b=''/>";
        less_than_inside: "<a <b/>" => MalformedName @ 3, "<a><b/></a>";
        not_xml_space: "<a\u{A0}b=''/>" => MalformedName @ 1, "<a b=''/>";
        less_than_in_value: "<a b='c<d'/>" => LessThanInAttribute @ 7, "<a b='c>d'/>";
        less_than_in_declaration: "<a xmlns='<'/>" => LessThanInAttribute @ 10, "<a xmlns='>'/>";
        other_name: "<a></b>" => MismatchedEndTag @ 3, "<b></b>";
        longer_name: "<a></ab>" => MismatchedEndTag @ 3, "<ab></ab>";
        shorter_name: "<ab></a>" => MismatchedEndTag @ 4, "<ab></ab >";
        other_case: "<a></A>" => MismatchedEndTag @ 3, "<a></a\r\n>";
        other_prefix: "<a:x xmlns:a='u' xmlns:b='u'></b:x>" => MismatchedEndTag @ 29, "<a:x xmlns:a='u' xmlns:b='u'></a:x>";
        crossed: "<a><b></a></b>" => MismatchedEndTag @ 6, "<a><b></b></a>";
        space_before_end_name: "<a></ a>" => MismatchedEndTag @ 3, "<a></a >";
        attribute_in_end: "<a></a b=''>" => MismatchedEndTag @ 3, "<a></a >";
        empty_end: "<a></a/>" => MismatchedEndTag @ 3, "<a></a>";
        end_of_nothing: "<a></>" => MismatchedEndTag @ 3, "<a></a>";
    }
}

mod attributes {
    use super::*;

    /// However many namespaces there are, two names in one of them are equal whatever their prefixes.
    #[test]
    fn same_expanded_name_in_any_of_many_namespaces() {
        for count in 1..40 {
            let declarations: String = (0..count)
                .map(|at| format!(" xmlns:p{at}='u{at}'"))
                .collect();
            let last = count - 1;
            let with = |uri: &str| {
                format!("<r{declarations}><a xmlns:q='{uri}' p{last}:b='' q:b=''/></r>")
            };
            let bad = with(&format!("u{last}"));
            let offset = bad.find("q:b").unwrap();
            assert_eq!(
                parse(bad.as_bytes()),
                Err(Error::DuplicateAttribute { offset })
            );
            assert_eq!(parse(with("v").as_bytes()), Ok(()));
        }
    }

    refused! {
        same_name: "<a b='' b=''/>" => DuplicateAttribute @ 8, "<a b='' B=''/>";
        same_expanded_name: "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>" => DuplicateAttribute @ 34, "<a xmlns:p='u' xmlns:q='v' p:b='' q:b=''/>";
        same_expanded_name_by_reference: "<a xmlns:p='u' xmlns:q='&#x75;' p:b='' q:b=''/>" => DuplicateAttribute @ 39, "<a xmlns:p='u' xmlns:q='u ' p:b='' q:b=''/>";
        same_expanded_name_declared_later: "<a p:b='' q:b='' xmlns:p='u' xmlns:q='u'/>" => DuplicateAttribute @ 10, "<a b='' q:b='' xmlns='u' xmlns:q='u'/>";
        same_declaration: "<a xmlns:p='u' xmlns:p='u'/>" => DuplicateAttribute @ 15, "<a xmlns:p='u' xmlns:q='u'/>";
        same_default: "<a xmlns='u' xmlns='v'/>" => DuplicateAttribute @ 13, "<a xmlns='u'><b xmlns='v'/></a>";
        same_xml: "<a xml:id='b' xml:id='c'/>" => DuplicateAttribute @ 14, "<a xml:id='b' id='c'/>";
        same_of_many: "<a b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l='' m='' n='' d='' c=''/>" => DuplicateAttribute @ 68,
            "<a b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l='' m='' n='' D='' C=''/>";
        declaration_of_xml_twice: "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>" => DuplicateAttribute @ 52,
            "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>";
    }
}

mod namespaces {
    use super::*;

    refused! {
        unbound: "<a:b/>" => UnboundPrefix @ 1, "<a:b xmlns:a='u'/>";
        unbound_attribute: "<a b:c=''/>" => UnboundPrefix @ 3, "<a b:c='' xmlns:b='u'/>";
        out_of_scope: "<a><b xmlns:p='u'/><p:c/></a>" => UnboundPrefix @ 20, "<a><b xmlns:p='u'><p:c/></b></a>";
        out_of_scope_after_end: "<a><b xmlns:p='u'></b><p:c/></a>" => UnboundPrefix @ 23, "<a xmlns:p='u'><b xmlns:p='v'></b><p:c/></a>";
        xml_is_case_sensitive: "<a XML:b=''/>" => UnboundPrefix @ 3, "<a xml:b=''/>";
        undeclared_prefix: "<a xmlns:p=''/>" => ReservedNamespace @ 3, "<a xmlns=''/>";
        xmlns_declared: "<a xmlns:xmlns='u'/>" => ReservedNamespace @ 3, "<a xmlns:xmln='u'/>";
        xmlns_declared_rightly: "<a xmlns:xmlns='http://www.w3.org/2000/xmlns/'/>" => ReservedNamespace @ 3, "<a/>";
        xmlns_as_element: "<xmlns:a/>" => ReservedNamespace @ 1, "<xmlns/>";
        xmlns_namespace_bound: "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>" => ReservedNamespace @ 3, "<a xmlns:p='http://www.w3.org/2000/xmlns'/>";
        xmlns_namespace_default: "<a xmlns='http://www.w3.org/2000/xmlns/'/>" => ReservedNamespace @ 3, "<a xmlns='http://www.w3.org/2000/xmlns/ '/>";
        xml_bound_elsewhere: "<a xmlns:xml='u'/>" => ReservedNamespace @ 3, "<a xmlns:xml='http://www.w3.org/XML/1998/namespac&#101;'/>";
        xml_undeclared: "<a xmlns:xml=''/>" => ReservedNamespace @ 3, "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>";
        xml_namespace_bound: "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>" => ReservedNamespace @ 3, "<a xmlns:p='http://www.w3.org/XML/1998/Namespace'/>";
        xml_namespace_default: "<a xmlns='http://www.w3.org/XML/1998/namespace'/>" => ReservedNamespace @ 3, "<xml:a/>";
        xml_namespace_by_reference: "<a xmlns:p='http://www.w3.org/XML/1998/n&#x61;mespace'/>" => ReservedNamespace @ 3, "<a xmlns:p='http://www.w3.org/XML/1998/n&#x41;mespace'/>";
    }
}

mod content {
    use super::*;

    refused! {
        section_end: "<a>]]></a>" => SectionEndInText @ 3, "<a>]]&gt;</a>";
        section_end_later: "<a>>\r]]]></a>" => SectionEndInText @ 6, "<a>>\r]]]</a>";
        section_end_after_return: "<a>\r ]]></a>" => SectionEndInText @ 5, "<a>\r ]] ></a>";
        section_end_twice: "<a><![CDATA[]]>]]></a>" => SectionEndInText @ 15, "<a><![CDATA[]]]]><![CDATA[>]]></a>";
        section_in_lower_case: "<a><![cdata[]]></a>" => MalformedMarkup @ 3, "<a><![CDATA[]]></a>";
        section_overlapping: "<a><![CDATA]]></a>" => MalformedMarkup @ 3, "<a><![CDATA[>]]></a>";
        section_unclosed: "<a><![CDATA[]]</a>" => MalformedMarkup @ 3, "<a><![CDATA[]]]]></a>";
        other_section: "<a><![INCLUDE[]]></a>" => MalformedMarkup @ 3, "<a><![CDATA[<![INCLUDE[]]></a>";
        declaration_in_content: "<a><!ELEMENT a ANY></a>" => MalformedMarkup @ 3, "<a/>";
        exclamation_mark: "<a><!></a>" => MalformedMarkup @ 3, "<a>!></a>";
    }
}

mod comments {
    use super::*;

    refused! {
        double_hyphen: "<!--a--b--><a/>" => MalformedComment @ 0, "<!--a-b--><a/>";
        hyphen_at_end: "<a><!--a---></a>" => MalformedComment @ 3, "<a><!--a- --></a>";
        five_hyphens: "<!-----><a/>" => MalformedComment @ 0, "<!----><a/>";
        six_hyphens: "<!------><a/>" => MalformedComment @ 0, "<!-- - - --><a/>";
        overlapping: "<!--><a/>" => MalformedMarkup @ 0, "<!-->--><a/>";
        overlapping_by_one: "<!---><a/>" => MalformedMarkup @ 0, "<!--->--><a/>";
        one_hyphen: "<!-a--><a/>" => MalformedMarkup @ 0, "<!--a--><a/>";
        unclosed: "<a/><!--a-->b--" => ContentOutsideRoot @ 12, "<a/><!--a-->";
        space_in_start: "<! --a--><a/>" => MalformedMarkup @ 0, "<!--a--><a/>";
        space_in_end: "<!--a-- ><a/>" => MalformedMarkup @ 0, "<!--a- -><a/>-->  <a/>";
    }
}

mod instructions {
    use super::*;

    refused! {
        no_target: "<??><a/>" => MalformedName @ 2, "<?p?><a/>";
        space_before_target: "<? p?><a/>" => MalformedName @ 2, "<?p ?><a/>";
        overlapping: "<?><a/>" => MalformedMarkup @ 0, "<?a ><a/>?><a/>";
        no_space: "<?p??><a/>" => MalformedName @ 2, "<?p ??><a/>";
        colon: "<a><?p:q?></a>" => MalformedQName @ 5, "<a><?p.q?></a>";
        empty_prefix: "<?:q?><a/>" => MalformedName @ 2, "<?q?><a/>";
        digit: "<?1?><a/>" => MalformedName @ 2, "<?_1?><a/>";
        unclosed: "<a/><?p >" => MalformedMarkup @ 4, "<a/><?p ?>";
        xml_in_capitals: "<?XML version='1.0'?><a/>" => ReservedTarget @ 0, "<?XMLL version='1.0'?><a/>";
        xml_in_mixed_case: "<a><?xMl?></a>" => ReservedTarget @ 3, "<a><?xMl-?></a>";
    }
}

mod declaration {
    use super::*;

    refused! {
        late: " <?xml version='1.0'?><a/>" => MalformedDeclaration @ 1, "<?xml version='1.0'?> <a/>";
        second: "<?xml version='1.0'?><?xml version='1.0'?><a/>" => MalformedDeclaration @ 21, "<?xml version='1.0'?><?xml-b version='1.0'?><a/>";
        in_content: "<a><?xml version='1.0'?></a>" => MalformedDeclaration @ 3, "<a><?xml-stylesheet version='1.0'?></a>";
        empty: "<?xml?><a/>" => MalformedDeclaration @ 5, "<?xml version=\"1.0\"?><a/>";
        blank: "<?xml ?><a/>" => MalformedDeclaration @ 5, "<?xml version='1.0' ?><a/>";
        no_version: "<?xml encoding='UTF-8'?><a/>" => MalformedDeclaration @ 5, "<?xml version='1.0' encoding='UTF-8'?><a/>";
        capital: "<?xml Version='1.0'?><a/>" => MalformedDeclaration @ 5, "<?xml\tversion\n=\r'1.0'?><a/>";
        version_1_1: "<?xml version='1.1'?><a/>" => UnsupportedVersion @ 15, "<?xml version='1.0'?><a/>";
        version_1_2: "<?xml version='1.2'?><a/>" => UnsupportedVersion @ 15, "<?xml version='1.0'?><a/>";
        version_2: "<?xml version='2.0'?><a/>" => MalformedDeclaration @ 15, "<?xml version='1.0'?><a/>";
        version_1: "<?xml version='1.'?><a/>" => MalformedDeclaration @ 15, "<?xml version='1.0'?><a/>";
        version_spaced: "<?xml version=' 1.0'?><a/>" => MalformedDeclaration @ 15, "<?xml version= '1.0'?><a/>";
        version_unquoted: "<?xml version=1.0?><a/>" => MalformedDeclaration @ 14, "<?xml version='1.0'?><a/>";
        quotes_differ: "<?xml version='1.0\"?><a/>" => MalformedDeclaration @ 15, "<?xml version='1.0'?><a/>";
        no_space: "<?xml version='1.0'encoding='UTF-8'?><a/>" => MalformedDeclaration @ 19, "<?xml version='1.0'\r\nencoding='UTF-8'?><a/>";
        empty_encoding: "<?xml version='1.0' encoding=''?><a/>" => MalformedDeclaration @ 30, "<?xml version='1.0' encoding='Utf-8'?><a/>";
        encoding_with_space: "<?xml version='1.0' encoding='UTF-8 '?><a/>" => MalformedDeclaration @ 30, "<?xml version='1.0' encoding='UTF-8' ?><a/>";
        encoding_with_digit_first: "<?xml version='1.0' encoding='8-UTF'?><a/>" => MalformedDeclaration @ 30, "<?xml version='1.0' encoding='UTF-8'?><a/>";
        standalone_first: "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>" => MalformedDeclaration @ 37, "<?xml version='1.0' encoding='UTF-8' standalone='yes'?><a/>";
        standalone_other: "<?xml version='1.0' standalone='true'?><a/>" => MalformedDeclaration @ 32, "<?xml version='1.0' standalone='no'?><a/>";
        extra: "<?xml version='1.0' lang='en'?><a/>" => MalformedDeclaration @ 20, "<?xml version='1.0' ?><a/>";
        question_mark: "<?xml version='1.0' ??><a/>" => MalformedDeclaration @ 20, "<?xml version='1.0' ?><a/>";
        unclosed: "<?xml version='1.0'" => MalformedDeclaration @ 0, "<?xml version='1.0'?><a/>";
        after_two_marks: b"\xEF\xBB\xBF <?xml version='1.0'?><a/>" => MalformedDeclaration @ 4, b"\xEF\xBB\xBF<?xml version='1.0'?><a/>";
    }
}

/// The check takes many octets at a time, and another that finds the place is asked only where it fails.
#[test]
fn what_is_not_utf_8_is_found_wherever_it_stands() {
    for length in [0, 1, 15, 16, 31, 63, 64, 127, 200] {
        for at in 0..=length {
            let mut octets = b"<a>".to_vec();
            octets.extend(std::iter::repeat_n(b'x', length));
            octets.extend_from_slice(b"</a>");
            for (wrong, valid) in [
                (&b"\xE2\x82"[..], "\u{20AC}"),
                (b"\x80", "\u{80}"),
                (b"\xFF", "\u{FF}"),
            ] {
                let with = |more: &[u8]| {
                    let mut octets = octets.clone();
                    octets.splice(3 + at..3 + at, more.iter().copied());
                    octets
                };
                let octets = with(wrong);
                let error = Some(Error::InvalidUtf8 { offset: 3 + at });
                assert_eq!(Document::parse(&octets).err(), error, "{at} of {length}");
                let owned = Document::parse_owned(octets, &Limits::DEFAULT);
                assert_eq!(owned.err(), error, "{at} of {length}");
                Document::parse(&with(valid.as_bytes())).unwrap();
            }
        }
    }
}
