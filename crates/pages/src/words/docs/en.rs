//! English.

use super::Docs;

pub(super) static WORDS: Docs = Docs {
    title: "For programs",
    text: "What programs can do here, contract by contract. Programs read the same as OpenAPI documents.",
    calls: "{count} calls",
    all: "All contracts",
    document: "The document, as OpenAPI",
    find: "Find a call",
    find_label: "A path, or a word of what it does",
    find_button: "Find",
    find_nothing: "No call has these words.",
    operations: "Calls",
    shapes: "Shapes",
    more: "Details of “{name}”",
    known_by: "Who calls is known by",
    everybody: "Everybody may call this.",
    takes: "Takes",
    required: "required",
    body: "Is sent",
    answers: "Answers",
    problems: "Problems:",
    example: "Example",
    terminal: "In a terminal",
    copy: "Copy",
    copied: "Copied.",
    copy_by_hand: "Selected: copy it with your keys.",
};
