//! Portuguese.

use super::Spans;

pub(super) static WORDS: Spans = Spans {
    seconds: "{count} segundos",
    minutes: "{count} minutos",
    hours: "{count} horas",
    days: "{count} dias",
    months: "{count} meses",
    years: "{count} anos",
};
