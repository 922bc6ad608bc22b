//! The bodies of these calls, as the contract spells them. Times are milliseconds.

use latchkey_common::clock::Millis;
use latchkey_common::secret::Secret;
use latchkey_contracts::choirs::ChoirError;
use serde::{Deserialize, Serialize};

use crate::domain::choir::{ChoirInvitation, ChoirKey, ChoirTexts, PublicId};

const OK: &str = "ok";

/// A member's text; null and empty count as absent.
pub(super) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[derive(Deserialize)]
pub(crate) struct CreateInvitation {
    creator: Option<String>,
    invitee: Option<String>,
    #[serde(rename = "choirId")]
    choir_id: Option<String>,
    /// The document's list of members spells it so; everything else says `choirId`, which wins.
    #[serde(rename = "cnoirId")]
    cnoir_id: Option<String>,
}

impl CreateInvitation {
    pub(super) fn texts(self) -> Result<ChoirTexts, ChoirError> {
        let creator = given(self.creator);
        let invitee = given(self.invitee);
        let choir_id = given(self.choir_id).or(given(self.cnoir_id));
        match (creator, invitee, choir_id) {
            (Some(creator), Some(invitee), Some(choir_id)) => Ok(ChoirTexts {
                creator,
                invitee,
                choir_id,
                user_id: String::new(),
            }),
            (creator, invitee, choir_id) => {
                let members = [
                    ("creator", creator.is_none()),
                    ("invitee", invitee.is_none()),
                    ("choirId", choir_id.is_none()),
                ];
                let missing: Vec<&str> = members
                    .into_iter()
                    .filter_map(|(name, is_missing)| is_missing.then_some(name))
                    .collect();
                Err(ChoirError::missing("invitation", &missing))
            }
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Created<'a> {
    status: &'static str,
    id: &'a str,
}

impl<'a> Created<'a> {
    pub(super) fn new(id: &'a PublicId) -> Self {
        Self {
            status: OK,
            id: id.as_str(),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Checked {
    status: &'static str,
    invitation: Invitation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invitation {
    creator: String,
    choir_id: String,
    invitee: String,
    expires: Millis,
    id: String,
}

impl From<ChoirInvitation> for Checked {
    fn from(found: ChoirInvitation) -> Self {
        Self {
            status: OK,
            invitation: Invitation {
                creator: found.creator,
                choir_id: found.choir_id,
                invitee: found.invitee,
                expires: found.expires_at,
                id: found.id,
            },
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct CreateKey {
    keyname: Option<String>,
    /// The form's proof; a JSON call needs none.
    form: Option<String>,
}

impl CreateKey {
    pub(super) fn name(self) -> Result<String, ChoirError> {
        given(self.keyname).ok_or_else(|| ChoirError::missing("key", &["keyname"]))
    }
}

#[derive(Deserialize)]
pub(crate) struct DeleteKey {
    key: Option<KeyName>,
    form: Option<String>,
}

/// The key itself or its id in the list.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeyName {
    Number(i64),
    Text(Secret),
}

impl DeleteKey {
    pub(super) fn named(self) -> Result<String, ChoirError> {
        let text = match self.key {
            None => None,
            Some(KeyName::Number(id)) => Some(id.to_string()),
            Some(KeyName::Text(text)) => Some(text.expose().to_owned()),
        };
        given(text).ok_or_else(|| ChoirError::missing_member("key"))
    }
}

/// What a form sends beside its data.
pub(super) trait Proof {
    fn proof(&self) -> &str;
}

impl Proof for CreateKey {
    fn proof(&self) -> &str {
        self.form.as_deref().unwrap_or_default()
    }
}

impl Proof for DeleteKey {
    fn proof(&self) -> &str {
        self.form.as_deref().unwrap_or_default()
    }
}

#[derive(Serialize)]
pub(crate) struct Answer<T> {
    status: &'static str,
    msg: &'static str,
    data: T,
}

impl<T> Answer<T> {
    pub(super) const fn new(msg: &'static str, data: T) -> Self {
        Self {
            status: OK,
            msg,
            data,
        }
    }
}

/// A key. `_id` is the key itself in the answer that makes it, and its number everywhere else.
#[derive(Serialize)]
pub(crate) struct Key {
    #[serde(rename = "_id")]
    id: String,
    owner: String,
    name: String,
    created: Millis,
}

impl Key {
    pub(super) fn made(key: ChoirKey, text: &Secret, owner: &str) -> Self {
        Self {
            id: text.expose().to_owned(),
            ..Self::listed(key, owner)
        }
    }

    pub(super) fn listed(key: ChoirKey, owner: &str) -> Self {
        Self {
            id: key.id.to_string(),
            owner: owner.to_owned(),
            name: key.name,
            created: key.created_at,
        }
    }
}
