//! How events become rows of a table.

use super::brief::{Brief, ChangeBrief, DeploymentBrief, Entry, Id, IncidentBrief, Place, PullRequestBrief, Said};
use super::columns::{ChangeRow, DeploymentRow, IncidentRow, PullRequestRow, flag};
use super::intern::{Interner, Symbol};
use super::key::Key;
use super::scopes::Scope;
use super::table::{EventTable, Origin};
use crate::ground::error::{At as _, Error, ErrorCode, Result};

/// Longer ids and names are refused: they are slips, or attacks.
const LONGEST_TEXT: usize = 4096;

/// What was found of an event before its turn came.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ahead {
    scope: Option<u32>,
    /// Of the id and the version, their hashes.
    id: Option<u64>,
    version: Option<u64>,
}

impl EventTable {
    /// Looks for what events name: memory is slow to answer, but can be asked many things at once.
    pub(crate) fn look_ahead(&self, entries: &mut [Entry<'_>]) {
        if entries.is_empty() {
            return;
        }
        let (mut names, mut asked) = ([0; 2 * Entry::AT_ONCE], 0);
        let mut places = [(None, 0, None); Entry::AT_ONCE];
        for (entry, (written, place, _)) in entries.iter_mut().zip(&mut places) {
            let (of, id, version) = match &entry.brief {
                Brief::Deployment(brief) => (&brief.place, brief.id, brief.version),
                Brief::Change(brief) => (&brief.place, None, None),
                Brief::PullRequest(brief) => (&brief.place, brief.id, None),
                Brief::Incident(brief) => (&brief.place, brief.id, None),
            };
            *written = of.written;
            *place = self.written.hash(of.written.unwrap_or_default());
            let mut hash = |text: Said<'_>| {
                let hash = self.names.hash(text?);
                *names.get_mut(asked)? = hash;
                asked += 1;
                Some(hash)
            };
            entry.ahead = Ahead { scope: None, id: hash(id), version: hash(version) };
        }
        self.names.look_ahead(names.get(..asked).unwrap_or_default());
        for (_, hash, guess) in &mut places {
            *guess = self.written.guess(*hash);
        }
        for (entry, (written, hash, guess)) in entries.iter_mut().zip(places) {
            entry.ahead.scope = written.and_then(|text| self.written.find(text, hash, guess));
        }
    }

    /// Adds an event in brief.
    #[inline]
    pub(crate) fn push_entry(&mut self, entry: &Entry<'_>, origin: Origin) -> Result<()> {
        let ahead = entry.ahead;
        match &entry.brief {
            Brief::Deployment(deployment) => self.push_deployment(deployment, ahead, origin).at("deployment"),
            Brief::Change(change) => self.push_change(change, ahead).at("change"),
            Brief::PullRequest(pull_request) => self.push_pull_request(pull_request, ahead).at("pullRequest"),
            Brief::Incident(incident) => self.push_incident(incident, ahead, origin).at("incident"),
        }?;
        self.quality.accepted += 1;
        self.quality.floored_times += entry.floored;
        self.dirty = true;
        Ok(())
    }

    fn push_deployment(&mut self, brief: &DeploymentBrief<'_>, ahead: Ahead, origin: Origin) -> Result<()> {
        if brief.finished_at.is_none() && brief.id.is_none() {
            return Err(too_little("a deployment needs `finishedAt`, or an `id` under which its end will come"));
        }
        fits([brief.id, brief.version, brief.sha.text(), brief.remediates])?;
        brief.changes.iter().try_for_each(|change| fits([Some(change)]))?;
        let scope = self.scope_of(&brief.place, ahead.scope)?;
        let mut flags = brief.status;
        for (given, bit) in [
            (brief.rollback, flag::ROLLBACK),
            (brief.rework, flag::REWORK),
            (brief.failed, flag::FAILED),
            (brief.baseline, flag::BASELINE),
        ] {
            if given {
                flags |= bit;
            }
        }
        let row = DeploymentRow {
            id: self.symbol_ahead(brief.id, ahead.id),
            scope,
            version: self.symbol_ahead(brief.version, ahead.version),
            sha: *key_of(&brief.sha, &mut self.names, &mut Key::default()),
            started: brief.started_at,
            finished: brief.finished_at,
            flags,
            remediates: self.symbol_of(brief.remediates),
            failed_at: brief.failed_at,
            restored_at: brief.restored_at,
            origin,
        };
        let place = self.deployments.len() as u32;
        for change in brief.changes.iter() {
            let key = Key::of_plain(change, &mut self.names);
            self.shipped.push((place, key));
        }
        self.deployments.push(&row);
        Ok(())
    }

    #[inline]
    fn push_change(&mut self, brief: &ChangeBrief<'_>, ahead: Ahead) -> Result<()> {
        if brief.sha.is_none()
            && brief.committed_at.is_none()
            && brief.merged_at.is_none()
            && brief.authored_at.is_none()
        {
            return Err(too_little("a change needs a `sha` or a time"));
        }
        fits([brief.sha.text(), brief.deployment, brief.reverts.text(), brief.copy_of.text()])?;
        let [mut own, mut reverted, mut original] = [Key::NONE; 3];
        let key = key_of(&brief.sha, &mut self.names, &mut own);
        let scope = self.scope_of(&brief.place, ahead.scope)?;
        let deployment = self.symbol_of(brief.deployment);
        let reverts = key_of(&brief.reverts, &mut self.names, &mut reverted);
        let copy_of = key_of(&brief.copy_of, &mut self.names, &mut original);
        let row = ChangeRow {
            key: *key,
            scope,
            committed: brief.committed_at,
            merged: brief.merged_at,
            authored: brief.authored_at,
            deployment,
            flags: if brief.merge { flag::MERGE } else { 0 },
            reverts: *reverts,
            copy_of: *copy_of,
        };
        self.changes.push(&row);
        Ok(())
    }

    fn push_pull_request(&mut self, brief: &PullRequestBrief<'_>, ahead: Ahead) -> Result<()> {
        if brief.id.is_none() && brief.merge_sha.is_none() && brief.merged_at.is_none() {
            return Err(too_little("a pull request needs an `id`, a `mergeSha` or `mergedAt`"));
        }
        fits([brief.id, brief.merge_sha.text(), brief.deployment])?;
        let row = PullRequestRow {
            id: self.symbol_ahead(brief.id, ahead.id),
            scope: self.scope_of(&brief.place, ahead.scope)?,
            merge_sha: *key_of(&brief.merge_sha, &mut self.names, &mut Key::default()),
            deployment: self.symbol_of(brief.deployment),
            first_commit: brief.first_commit_at,
            opened: brief.opened_at,
            first_review: brief.first_review_at,
            approved: brief.approved_at,
            merged: brief.merged_at,
        };
        self.pull_requests.push(&row);
        Ok(())
    }

    fn push_incident(&mut self, brief: &IncidentBrief<'_>, ahead: Ahead, origin: Origin) -> Result<()> {
        if brief.started_at.is_none() && brief.id.is_none() {
            return Err(too_little("an incident needs `startedAt`, or an `id` under which its start will come"));
        }
        let flags = match brief.cause {
            None => 0,
            Some(b"deployment") => flag::BY_DEPLOYMENT,
            Some(b"other") => flag::BY_OTHER,
            Some(cause) => {
                let found = crate::ground::text::excerpt(&String::from_utf8_lossy(cause));
                let sentence = format!("expected `deployment` or `other`, found `{found}`");
                return Err(Error::new(ErrorCode::UnknownValue, sentence).at("cause"));
            }
        };
        fits([brief.id, brief.deployment, brief.sha.text(), brief.severity])?;
        let row = IncidentRow {
            id: self.symbol_ahead(brief.id, ahead.id),
            scope: self.scope_of(&brief.place, ahead.scope)?,
            started: brief.started_at,
            resolved: brief.resolved_at,
            reopened: brief.reopened_at,
            deployment: self.symbol_of(brief.deployment),
            sha: *key_of(&brief.sha, &mut self.names, &mut Key::default()),
            severity: self.symbol_of(brief.severity),
            flags,
            origin,
        };
        self.incidents.push(&row);
        Ok(())
    }

    /// The symbol of a text that fits.
    #[inline]
    fn symbol_of(&mut self, text: Said<'_>) -> Symbol {
        match text {
            None | Some(b"") => Symbol::NONE,
            Some(text) => self.names.intern_plain(text),
        }
    }

    /// The symbol of a text that fits, whose hash may be known.
    #[inline]
    fn symbol_ahead(&mut self, text: Said<'_>, hash: Option<u64>) -> Symbol {
        match (text, hash) {
            (Some(text), Some(hash)) if !text.is_empty() => self.names.intern_hashed(text, hash),
            (text, _) => self.symbol_of(text),
        }
    }

    #[inline]
    fn scope_of(&mut self, place: &Place<'_>, known: Option<u32>) -> Result<u32> {
        known.map_or_else(|| self.scope_of_place(place), Ok)
    }

    #[inline(never)]
    fn scope_of_place(&mut self, place: &Place<'_>) -> Result<u32> {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        place.labels.join(&mut joined);
        let found = self.scope_of_texts(place, joined.as_bytes());
        self.joined = joined;
        if let (Ok(scope), Some(written)) = (&found, place.written) {
            self.written.remember(written, *scope);
        }
        found
    }

    fn scope_of_texts(&mut self, place: &Place<'_>, labels: &[u8]) -> Result<u32> {
        let texts = place.texts(labels);
        match self.scope_index.find(&texts) {
            Some(known) => Ok(known),
            None => self.new_scope(texts),
        }
    }

    #[cold]
    fn new_scope(&mut self, texts: [&[u8]; 5]) -> Result<u32> {
        fits(texts.map(Some))?;
        let [service, repository, team, environment, labels] = texts.map(|text| self.symbol_of(Some(text)));
        Ok(self.intern_scope(Scope { service, repository, team, environment, labels }))
    }
}

/// The key of an id that fits: a sha's where it stands, for a copy of twenty bytes would be waited for; any other's in
/// a place that is given.
#[inline]
fn key_of<'k>(id: &'k Id<'_>, names: &mut Interner, place: &'k mut Key) -> &'k Key {
    match id {
        Id::None => &Key::NONE,
        Id::Sha(key) => key,
        Id::Text(text) => {
            *place = Key::of_plain(text, names);
            place
        }
    }
}

/// Whether no text is too long; a refused record leaves nothing behind, so this is asked first.
#[inline]
fn fits<const N: usize>(texts: [Said<'_>; N]) -> Result<()> {
    let lengths = texts.map(|text| text.map_or(0, <[u8]>::len));
    // All at once: almost never is one too long.
    if lengths.iter().any(|&length| length > LONGEST_TEXT) {
        return Err(too_long(lengths.into_iter().find(|&length| length > LONGEST_TEXT).unwrap_or_default()));
    }
    Ok(())
}

#[cold]
fn too_long(length: usize) -> Error {
    Error::new(ErrorCode::TooLarge, format!("an id or name has at most {LONGEST_TEXT} bytes, found {length}"))
}

#[cold]
fn too_little(sentence: &str) -> Error {
    Error::new(ErrorCode::InvalidRecord, sentence)
}
