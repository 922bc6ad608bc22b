//! What only the settings and the clock know of a wish.

use latchkey_common::clock::Millis;
use latchkey_contracts::v1::Problem;

use super::wishes::End;
use crate::app::App;

/// Refuses more uses than one may ask for.
pub(super) fn within(app: &App, max_uses: Option<i64>) -> Result<(), Problem> {
    let most = app.settings.max_uses;
    if max_uses.is_some_and(|wanted| wanted > most) {
        let detail = format!("This must be from 1 to {most}.");
        return Err(Problem::wrong_at("#/max_uses", "range", &detail));
    }
    Ok(())
}

/// The end as a time, which must lie ahead.
pub(super) fn ahead(app: &App, end: End) -> Result<Millis, Problem> {
    let now = app.db.now().process();
    let at = match end {
        End::At(at) => at,
        End::In(span) => now.plus(span),
    };
    if at <= now {
        let detail = "This must lie ahead.";
        return Err(Problem::wrong_at("#/expires_at", "range", detail));
    }
    Ok(at)
}
