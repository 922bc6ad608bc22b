//! English.

use super::Ledger;

pub(super) static WORDS: Ledger = Ledger {
    title: "All invitations",
    text: "Whoever made them, of every kind, with what people ask for. What one leads to stands on its page.",
    filter: "Find some of them",
    state: "Where it stands",
    any_state: "wherever",
    accepted: "accepted",
    kind: "What it leads into",
    any_kind: "anything",
    account: "an account",
    channel: "a channel",
    group: "a group",
    choir: "a choir",
    namespace: "a namespace",
    target: "Its id",
    target_hint: "Of one channel, group or namespace: chn_3, grp_4, nsp_5.",
    target_bad: "This is no id such as chn_3.",
    maker: "Who made it",
    recipient: "For whom",
    name_hint: "The whole name.",
    nobody: "Nobody is called so.",
    label: "Label",
    label_hint: "As its maker wrote it, whole.",
    odd: "Choose one of these.",
    show: "Show",
    none: "There are none.",
    by: "by {name}",
    by_nobody: "by the operator or a key",
    request: "a request",
};
