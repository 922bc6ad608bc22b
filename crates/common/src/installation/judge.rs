//! Whether databases make one installation.

use std::fmt;

use super::numbers::{Behind, Numbers};
use super::short;

/// What was found in one database.
#[derive(Debug, Clone)]
pub struct Look {
    /// The owning service.
    pub service: &'static str,
    /// Where it lies, in words without secrets.
    pub place: String,
    /// True when no migration has run in it: it is empty, or not there.
    pub is_new: bool,
    /// The installation that it belongs to.
    pub id: Option<String>,
    /// What it has given out.
    pub given: Numbers,
    /// What it knows of what all have given out.
    pub known: Numbers,
}

/// Databases that do not make one installation; the sentence for the operator is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mix {
    /// They belong to several: each one's place and the id of its installation.
    Several(Vec<(String, Option<String>)>),
    /// One that belongs to none, beside some that belong to one which had another in its place.
    Stranger {
        /// Where it lies.
        place: String,
        /// Whether nothing is in it.
        is_new: bool,
        /// Where the others lie.
        others: Vec<String>,
        /// The installation of the others.
        id: String,
    },
    /// Empty ones beside filled ones of a version that knew of no installations.
    Empty {
        /// Where it lies.
        place: String,
        /// Where the filled ones lie.
        filled: Vec<String>,
    },
    /// An older copy.
    Older {
        /// Where it lies.
        place: String,
        /// What shows it.
        behind: Behind,
        /// Where that is known.
        others: Vec<String>,
    },
}

/// The id of the installation that these databases make; `None` when they belong to none yet and may
/// make a new one.
///
/// # Errors
/// Why they make none.
pub fn judge(looks: &[Look]) -> Result<Option<&str>, Mix> {
    let mut ids = looks.iter().filter_map(|look| look.id.as_deref());
    let Some(id) = ids.next() else {
        return none_yet(looks).map(|()| None);
    };
    if ids.any(|other| other != id) {
        let each = |look: &Look| (look.place.clone(), look.id.clone());
        return Err(Mix::Several(looks.iter().map(each).collect()));
    }
    let is_of = |look: &&Look| look.id.is_some();
    let members = all_known(looks.iter().filter(is_of));
    for look in looks {
        if look.id.is_none() && members.has(look.service) {
            return Err(Mix::Stranger {
                place: look.place.clone(),
                is_new: look.is_new,
                others: places(looks, |one| one.id.is_some()),
                id: id.to_owned(),
            });
        }
    }
    none_is_older(looks, &all_known(looks))?;
    Ok(Some(id))
}

/// Databases as older versions left them know of each other what their rows refer to.
fn none_yet(looks: &[Look]) -> Result<(), Mix> {
    let is_filled = |look: &Look| !look.given.is_unused();
    let filled = places(looks, is_filled);
    if let Some(new) = looks.iter().find(|look| look.is_new)
        && !filled.is_empty()
    {
        return Err(Mix::Empty {
            place: new.place.clone(),
            filled,
        });
    }
    none_is_older(looks, &all_known(looks))
}

fn all_known<'a>(looks: impl IntoIterator<Item = &'a Look>) -> Numbers {
    let mut known = Numbers::default();
    for look in looks {
        known.merge(&look.known);
    }
    known
}

fn none_is_older(looks: &[Look], known: &Numbers) -> Result<(), Mix> {
    for look in looks {
        if let Some(behind) = known.behind(look.service, &look.given) {
            let is_ahead = |one: &Look| one.known.behind(look.service, &look.given).is_some();
            return Err(Mix::Older {
                place: look.place.clone(),
                behind,
                others: places(looks, is_ahead),
            });
        }
    }
    Ok(())
}

fn places(looks: &[Look], which: impl Fn(&Look) -> bool) -> Vec<String> {
    let looks = looks.iter().filter(|look| which(look));
    looks.map(|look| look.place.clone()).collect()
}

/// What helps in every case.
const ALL_FOUR: &str = "bring back all databases of one moment (`latchkey restore`, or the database \
                        server's own tools)";

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Several(each) => {
                let each: Vec<String> = each
                    .iter()
                    .map(|(place, id)| match id {
                        Some(id) => format!("{place} is of {}", short(id)),
                        None => format!("{place} is of none"),
                    })
                    .collect();
                write!(
                    f,
                    "these databases are of different installations: {}; put those of one together \
                     (data_dir and the database_url of each service say where they are looked for), or \
                     {ALL_FOUR}",
                    each.join(", ")
                )
            }
            Self::Stranger {
                place,
                is_new,
                others,
                id,
            } => write!(
                f,
                "{place} {} while {} {} of the installation {}, which had another database in its place: \
                 bring that one back (data_dir and database_url say where it is looked for), or {ALL_FOUR}",
                if *is_new {
                    "is empty or not there,"
                } else {
                    "belongs to no installation,"
                },
                others.join(", "),
                are(others),
                short(id)
            ),
            Self::Empty { place, filled } => write!(
                f,
                "{place} is empty or not there, while {} {} filled: numbers that others have would be given \
                 to new ones; bring it back (data_dir and database_url say where it is looked for), or \
                 {ALL_FOUR}",
                filled.join(", "),
                are(filled)
            ),
            Self::Older {
                place,
                behind,
                others,
            } => write!(
                f,
                "{place} is an older copy than {}: it has given out {} up to {}, and they know of {}, so that \
                 these would be given out twice; {ALL_FOUR}, or, if this copy is all there is, let it go on \
                 behind them with `migrate --accept-older`",
                others.join(", "),
                behind.name,
                behind.given,
                behind.known
            ),
        }
    }
}

fn are(places: &[String]) -> &'static str {
    if places.len() == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(service: &'static str, id: Option<&str>, given: i64) -> Look {
        let given = Numbers::of(service, (given > 0).then(|| ("things".to_owned(), given)));
        Look {
            service,
            place: format!("{service}.db"),
            is_new: false,
            id: id.map(str::to_owned),
            known: given.clone(),
            given,
        }
    }

    fn new(service: &'static str) -> Look {
        Look {
            is_new: true,
            known: Numbers::default(),
            given: Numbers::default(),
            ..look(service, None, 0)
        }
    }

    #[test]
    fn what_belongs_together_is_let_be() {
        let whole = [look("a", Some("1-1"), 3), look("b", Some("1-1"), 0)];
        assert_eq!(judge(&whole), Ok(Some("1-1")));
        assert_eq!(judge(&[new("a"), new("b")]), Ok(None));
        // As an older version left them, or a first start that broke off.
        assert_eq!(judge(&[look("a", None, 3), look("b", None, 0)]), Ok(None));
        assert_eq!(judge(&[look("a", None, 0), new("b")]), Ok(None));
        // It broke off later.
        assert_eq!(
            judge(&[look("a", Some("1"), 3), look("b", None, 4)]),
            Ok(Some("1"))
        );
    }

    #[test]
    fn a_mix_is_told_apart() {
        let two = judge(&[look("a", Some("1-1"), 3), look("b", Some("2-2"), 3)]).unwrap_err();
        let said = two.to_string();
        assert!(said.contains("a.db is of 1, b.db is of 2;"), "{said}");
        let empty = judge(&[new("a"), look("b", None, 3)])
            .unwrap_err()
            .to_string();
        assert!(
            empty.contains("a.db is empty or not there, while b.db is filled"),
            "{empty}"
        );
    }

    #[test]
    fn what_was_there_once_is_not_replaced_by_what_belongs_to_none() {
        let mut rest = look("b", Some("1-1"), 3);
        rest.known.raise("a", 0);
        for stranger in [new("a"), look("a", None, 7)] {
            let mix = judge(&[stranger, rest.clone()]).unwrap_err();
            assert!(matches!(mix, Mix::Stranger { .. }), "{mix}");
        }
    }

    #[test]
    fn an_older_copy_gives_out_nothing() {
        let mut rest = look("b", Some("1"), 3);
        rest.known.raise("a.things", 8);
        let looks = [look("a", Some("1"), 7), rest.clone()];
        let said = judge(&looks).unwrap_err().to_string();
        assert!(said.contains("a.db is an older copy than b.db"), "{said}");
        assert!(
            said.contains("a.things up to 7, and they know of 8"),
            "{said}"
        );
        assert!(judge(&[look("a", Some("1"), 8), rest]).is_ok());
    }
}
