use super::*;

#[derive(Debug, PartialEq)]
struct Wish {
    name: String,
    count: Option<i64>,
    things: Vec<String>,
}

fn wish(text: &str) -> Result<Wish, Unfit> {
    read(text, |form| {
        form.require("name");
        let name = form.text("name", 2, 5);
        let count = form.number("count", 1, 10);
        let things = form.objects("things", 2, |form| {
            form.require("is");
            form.parsed("is", "This must be a or b.", |word| {
                ["a", "b"].contains(&word).then(|| word.to_owned())
            })
        });
        Some(Wish {
            name: name?,
            count,
            things: things.unwrap_or_default(),
        })
    })
}

fn complaints(text: &str) -> Vec<(String, &'static str)> {
    match wish(text) {
        Err(Unfit::Wrong(all)) => all.into_iter().map(|one| (one.pointer, one.code)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_form_is_read() {
    let read = wish(r#"{"name": "Zoë", "count": null, "things": [{"is": "a"}]}"#);
    let whole = Wish {
        name: "Zoë".to_owned(),
        count: None,
        things: vec!["a".to_owned()],
    };
    assert_eq!(read, Ok(whole));
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let told = complaints(
        r#"{"name": "x", "count": 1.5, "things": [{"is": "a"}, {"is": 1, "~/ä": 2}], "more": 1}"#,
    );
    let told: Vec<_> = told.iter().map(|(at, code)| (at.as_str(), *code)).collect();
    assert_eq!(
        told,
        [
            ("#/name", "length"),
            ("#/count", "type"),
            ("#/things/1/is", "type"),
            ("#/things/1/~0~1%C3%A4", "unknown"),
            ("#/more", "unknown"),
        ]
    );
    assert_eq!(complaints("{}"), [("#/name".to_owned(), "required")]);
    let null = complaints(r#"{"name": null, "count": 11}"#);
    assert_eq!(
        null,
        [
            ("#/name".to_owned(), "required"),
            ("#/count".to_owned(), "range")
        ]
    );
    let long = complaints(r#"{"name": "xx", "things": [{}, {}, {}]}"#);
    assert_eq!(long, [("#/things".to_owned(), "length")]);
}

#[test]
fn nobody_is_told_thousands_of_complaints() {
    let members: Vec<String> = (0..1_000).map(|n| format!("\"m{n}\": 1")).collect();
    let told = complaints(&format!("{{{}}}", members.join(",")));
    assert_eq!(told.len(), MOST_COMPLAINTS);
}

#[test]
fn what_is_no_object_is_unreadable() {
    for bad in [
        "",
        "[]",
        "{",
        "{} {}",
        r#"{"name": "xx", "name": "yy"}"#,
        r#"{"name": "xx", "things": [{"is": "a", "is": "b"}]}"#,
    ] {
        assert!(matches!(wish(bad), Err(Unfit::Unreadable(_))), "{bad}");
    }
}
