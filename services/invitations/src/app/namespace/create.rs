//! Making a namespace, at the top or in another one of the same owner.

use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::text::has_length;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;
use latchkey_contracts::v1::ids;
use latchkey_peers::users::UserView;

use super::view::NamespaceView;
use crate::app::App;
use crate::domain::namespace::{
    Complaint, MAX_DESCRIPTION, Namespace, NamespacePath, Visibility, is_name,
};
use crate::store::audit;
use crate::store::engine::issuers::hold_issuer;
use crate::store::namespace::namespaces::{NewNamespace, count, find_held, insert, lineage};

/// What somebody fills in.
#[derive(Debug, Clone, Default)]
pub(crate) struct NamespaceForm {
    /// The path of the namespace to make it in.
    pub(crate) parent: Option<String>,
    /// Its name.
    pub(crate) name: String,
    /// A text for people.
    pub(crate) description: String,
    /// Private if nothing is said; in another one, that one's.
    pub(crate) visibility: Option<Visibility>,
}

/// Why there is no namespace.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    /// The form has no sense, or the name is taken.
    #[error("{}", .0.iter().map(|one| one.sentence).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<Complaint>),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CreateError);

impl CreateError {
    fn one(field: &'static str, sentence: &'static str) -> Self {
        Self::Invalid(vec![Complaint { field, sentence }])
    }
}

/// What is said to whoever has as many as one may have.
pub(crate) const TOO_MANY: &str = "You have as many namespaces as one may have; delete one first.";

/// What is said where the name is taken.
pub(crate) const TAKEN: &str = "There is a namespace of that name already.";

/// Makes a person's.
pub(crate) async fn create_namespace(
    app: &App,
    me: UserView,
    form: NamespaceForm,
) -> Result<NamespaceView, CreateError> {
    app.limits.check("namespace", me.id)?;
    let (path, owner) = (path(&form)?, me.id);
    let most = app
        .limits
        .are_on()
        .then_some(app.settings.namespaces_per_person);
    let new = NewNamespace {
        owner,
        path,
        description: form.description,
        visibility: form.visibility.unwrap_or(Visibility::Private),
    };
    let now = app.db.now();
    let lineage =
        app.db
            .for_new()
            .write(move |conn| {
                if let Some(most) = most {
                    hold_issuer(conn, owner)?;
                    if count(conn, owner)? >= most {
                        return Err(CreateError::one("name", TOO_MANY));
                    }
                }
                let (above, _) = new.path.split();
                let parent = match above {
                    Some(above) => Some(find_held(conn, owner, &above)?.ok_or_else(|| {
                        CreateError::one("parent", "There is no such namespace.")
                    })?),
                    None => None,
                };
                let made = insert(conn, &new, parent.as_ref(), now)?;
                let made = made.ok_or_else(|| CreateError::one("name", TAKEN))?;
                Ok::<_, CreateError>(lineage(conn, made)?)
            })
            .await?;
    Ok(NamespaceView { lineage, owner: me })
}

/// Makes the last namespace of a path, and on the way there what is missing.
pub(crate) async fn create_path(
    app: &App,
    by: Actor,
    owner: UserId,
    path: NamespacePath,
) -> Result<Namespace, CreateError> {
    let now = app.db.now();
    app.db
        .for_new()
        .write(move |conn| {
            let mut missing = vec![path.clone()];
            let mut parent = None;
            let mut above = path.split().0;
            while let Some(path) = above {
                parent = find_held(conn, owner, &path)?;
                if parent.is_some() {
                    break;
                }
                above = path.split().0;
                missing.push(path);
            }
            for path in missing.into_iter().rev() {
                let new = NewNamespace {
                    owner,
                    path,
                    description: String::new(),
                    visibility: Visibility::Private,
                };
                let made = insert(conn, &new, parent.as_ref(), now)?;
                let made = made.ok_or_else(|| CreateError::one("name", TAKEN))?;
                let named = (made.id.0, made.path.as_str());
                audit::about::<ids::Namespace>(conn, &by, Verb::NamespaceMade, named, now)?;
                parent = Some(made);
            }
            parent.ok_or_else(|| Fault::internal("a path without a name").into())
        })
        .await
}

fn path(form: &NamespaceForm) -> Result<NamespacePath, CreateError> {
    let mut complaints = Vec::new();
    let mut complain = |field, sentence| complaints.push(Complaint { field, sentence });
    if form.name.is_empty() {
        complain("name", "A name is required.");
    } else if !is_name(&form.name) {
        complain("name", "A name has 3 to 32 letters and digits.");
    }
    if !has_length(&form.description, 0, MAX_DESCRIPTION) {
        complain("description", "A description has at most 255 characters.");
    }
    let path = match form.parent.as_deref().filter(|parent| !parent.is_empty()) {
        None => NamespacePath::parse(&form.name),
        Some(parent) => match NamespacePath::parse(parent) {
            None => {
                complain("parent", "There is no such namespace.");
                None
            }
            Some(parent) => {
                let path = parent.child(&form.name);
                if path.is_none() && is_name(&form.name) {
                    complain("parent", "Namespaces lie in each other at most 20 deep.");
                }
                path
            }
        },
    };
    match path {
        Some(path) if complaints.is_empty() => Ok(path),
        _ => Err(CreateError::Invalid(complaints)),
    }
}
