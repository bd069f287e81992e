//! What a link names: places, people, channels, personal invitations.

use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    branch: Option<Uuid>,
    closed: i64,
    left_on: Option<String>,
}

/// A place or person that a link may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: Uuid,
    /// The branch of an employee.
    pub branch: Option<Uuid>,
    /// A closed branch.
    closed: bool,
    /// The day since 1970 from which an employee is no longer here.
    left: Option<i64>,
}

impl Place {
    /// Are answers of this day (since 1970) attributed to it? Not to a closed branch, nor to somebody who has left.
    #[must_use]
    pub fn open_on(&self, day: i64) -> bool {
        !self.closed && self.left.is_none_or(|left| day < left)
    }
}

/// What a link names: an id, or a code (branch), key (touchpoint) of this company.
pub async fn place(q: &impl Query, org: Uuid, table: PlaceKind, text: &str) -> Result<Option<Place>> {
    let id = Uuid::try_parse(text).unwrap_or_default();
    let sql = match table {
        PlaceKind::Branch => {
            "select id, cast(null as uuid) as branch, cast(case when closed_at is null then 0 else 1 end as bigint) as closed,
                              cast(null as text) as left_on from branch where org = $1 and (code = $2 or id = $3)"
        }
        PlaceKind::Employee => {
            "select id, branch, cast(0 as bigint) as closed, left_on
                                from employee where org = $1 and (code = $2 or id = $3)"
        }
        PlaceKind::Touchpoint => {
            "select id, cast(null as uuid) as branch, cast(0 as bigint) as closed, cast(null as text) as left_on
                                  from touchpoint where org = $1 and (key = $2 or id = $3)"
        }
    };
    let row: Option<Found> = q.one(sql, args![org, text, id]).await?;
    let day = |text: String| text.parse().ok().map(kit::time::day_number);
    Ok(row.map(|r| Place { id: r.id, branch: r.branch, closed: r.closed != 0, left: r.left_on.and_then(day) }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    Branch,
    Employee,
    Touchpoint,
}

/// Remembers the names of channels.
pub async fn name_channels(q: &impl Query, names: &[(Uuid, Uuid, String)]) -> Result<()> {
    for (org, id, name) in names {
        q.run(
            "insert into channel (org, id, name) values ($1,$2,$3) on conflict (org, id) do nothing",
            args![*org, *id, &**name],
        )
        .await?;
    }
    Ok(())
}

/// Spends a personal link: it is answered on that day and never again. False when it was spent or withdrawn before.
pub async fn spend_invitation(q: &impl Query, org: Uuid, id: Uuid, on: &str) -> Result<bool> {
    let n = q
        .run("update invitation set answered_on = $3 where org = $1 and id = $2 and answered_on is null", args![org, id, on])
        .await?;
    Ok(n == 1)
}

/// Who reads what clients of a branch say: its branch head, the first by name when there are several.
pub async fn reader_of(q: &impl Query, org: Uuid, branch: Uuid) -> Result<Option<String>> {
    q.scalar(
        "select m.name from member m join member_branch b on b.org = m.org and b.member = m.id
         where m.org = $1 and b.branch = $2 and m.role = 'supervisor' and m.state = 'active' order by m.name, m.id limit 1",
        args![org, branch],
    )
    .await
}
