-- The first schema. One text for both databases; a line that begins with `--sqlite:` or `--postgres:`
-- is read by that database only. Times are microseconds since 1970 in UTC, days are days since 1970,
-- ids are uuid, texts in several languages are JSON in TEXT. Every key begins with `org` so that a
-- distributed PostgreSQL can shard by company.

create table setting (
  key text primary key,
  value text not null
);

create table org (
  id uuid primary key,
  name text not null unique,
  timezone text not null,
  locale text not null,
  frame_origins text not null default '',
  -- Since when nothing goes out of the house (mail, messages): a restored copy begins so. Empty: it goes.
  outgoing_paused_at bigint,
  version bigint not null default 1,
  created_at bigint not null
);

-- Who signs in. One e-mail or phone is one person at the door, whatever companies let them in.
create table login (
  id uuid primary key,
  email text unique,
  phone text unique,
  password text,
  created_at bigint not null,
  check (email is not null or phone is not null)
);

create table branch (
  org uuid not null references org (id),
  id uuid not null,
  name text not null,
  code text not null,
  timezone text,
  region text,
  -- name and code in small letters, for the search
  search text not null default '',
  closed_at bigint,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id)
);
create unique index branch_code on branch (org, code);
create index branch_name on branch (org, name, id);

create table department (
  org uuid not null references org (id),
  id uuid not null,
  name text not null,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id)
);
create unique index department_name on department (org, name);

create table employee (
  org uuid not null,
  id uuid not null,
  name text not null,
  code text,
  branch uuid not null,
  department uuid,
  position text,
  email text,
  phone text,
  hired_on text,
  left_on text,
  search text not null default '',
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, branch) references branch (org, id),
  foreign key (org, department) references department (org, id)
);
create unique index employee_code on employee (org, code);
create index employee_branch on employee (org, branch, name, id);
create index employee_name on employee (org, name, id);

create table touchpoint (
  org uuid not null references org (id),
  id uuid not null,
  key text not null,
  name text not null,
  stage text not null,
  channel text,
  owner uuid,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id)
);
create unique index touchpoint_key on touchpoint (org, key);

-- A person inside one company: what they may do there. `login` is empty until the invitation is taken up.
create table member (
  org uuid not null references org (id),
  id uuid not null,
  login uuid references login (id),
  name text not null,
  email text,
  phone text,
  role text not null check (role in ('owner', 'manager', 'supervisor', 'employee', 'viewer')),
  employee uuid,
  locale text,
  state text not null check (state in ('invited', 'active', 'revoked')),
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, employee) references employee (org, id)
);
create unique index member_login on member (login, org);
create unique index member_email on member (org, email);
create unique index member_phone on member (org, phone);

create table member_branch (
  org uuid not null,
  member uuid not null,
  branch uuid not null,
  primary key (org, member, branch),
  foreign key (org, member) references member (org, id),
  foreign key (org, branch) references branch (org, id)
);

create table session (
  hash text primary key,
  -- what the person ends it by
  id uuid not null unique,
  login uuid not null references login (id),
  org uuid,
  member uuid,
  -- browser and system, roughly; null until the first page
  device text,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null
);
create index session_login on session (login);

create table token (
  org uuid not null,
  id uuid not null,
  member uuid not null,
  name text not null,
  hash text not null unique,
  scopes text not null,
  created_at bigint not null,
  used_at bigint,
  revoked_at bigint,
  primary key (org, id),
  foreign key (org, member) references member (org, id)
);

-- Links and printed codes that work once: invitations, password resets, codes for people without e-mail.
create table once_code (
  hash text primary key,
  kind text not null check (kind in ('invitation', 'reset', 'code')),
  org uuid,
  member uuid,
  login uuid,
  expires_at bigint not null,
  used_at bigint,
  created_at bigint not null
);
create index once_code_member on once_code (org, member);

-- What somebody looks at again and again: the filters of a page under a name of their own.
create table saved_view (
  org uuid not null references org (id),
  id uuid not null,
  member uuid not null,
  page text not null,
  query text not null,
  name text not null,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, member) references member (org, id)
);
create unique index saved_view_name on saved_view (org, member, page, name);

create table mark (
  org uuid not null references org (id),
  id uuid not null,
  on_date text not null,
  text text not null,
  branch uuid,
  -- Usual swings are counted anew from this day.
  rebase boolean not null default false,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, branch) references branch (org, id)
);
create index mark_on on mark (org, on_date, id);

-- What staff did, once: timeline, notification, webhook and audit all read it. Rows form a hash chain per company.
create table history (
  org uuid not null,
  seq bigint not null,
  at bigint not null,
  actor uuid,
  actor_name text not null,
  via text not null,
  verb text not null,
  noun text not null,
  noun_id text not null,
  before text,
  after text,
  prev text not null,
  hash text not null,
  primary key (org, seq)
);
create index history_noun on history (org, noun, noun_id, seq);
create table history_head (
  org uuid primary key,
  seq bigint not null,
  hash text not null,
  -- Over number and hash with the key of the installation: a line cut off at the end shows.
  seal text not null default ''
);
--sqlite: create trigger history_frozen_update before update on history begin select raise(abort, 'history is append-only'); end;
--sqlite: create trigger history_frozen_delete before delete on history begin select raise(abort, 'history is append-only'); end;
-- `insert or replace` removes the row in its way without asking the trigger above.
--sqlite: create trigger history_frozen_insert before insert on history when exists (select 1 from history where org = new.org and seq = new.seq) begin select raise(abort, 'history is append-only'); end;
--postgres: create function history_frozen() returns trigger language plpgsql as $body$ begin raise exception 'history is append-only'; end $body$;
--postgres: create trigger history_frozen before update or delete on history for each row execute function history_frozen();
--postgres: create trigger history_kept before truncate on history for each statement execute function history_frozen();

create table idempotency (
  org uuid not null,
  actor text not null,
  key text not null,
  path text not null,
  body_hash text not null,
  status bigint not null,
  location text,
  body text not null,
  created_at bigint not null,
  primary key (org, actor, key, path)
)
-- By their key, not in the order in which they came: that would be the order of anonymous answers.
--sqlite: without rowid
;
create index idempotency_age on idempotency (created_at);

create table job (
  id uuid primary key,
  org uuid,
  kind text not null,
  payload text not null,
  dedup text unique,
  run_at bigint not null,
  attempts bigint not null default 0,
  leased_until bigint,
  failed_at bigint,
  error text,
  created_at bigint not null
);
create index job_due on job (run_at) ;

create table file (
  org uuid not null references org (id),
  id uuid not null,
  hash text not null,
  name text not null,
  size bigint not null,
  created_at bigint not null,
  primary key (org, id)
);

create table survey (
  org uuid not null references org (id),
  id uuid not null,
  code text not null unique,
  name text not null,
  about text not null check (about in ('clients', 'staff')),
  anonymity text not null check (anonymity in ('identified', 'confidential', 'anonymous')),
  draft text not null,
  state text not null check (state in ('draft', 'open', 'closed')),
  published bigint,
  version bigint not null default 1,
  created_at bigint not null,
  removed_at bigint,
  primary key (org, id)
);

create table survey_version (
  org uuid not null,
  survey uuid not null,
  number bigint not null,
  form text not null,
  anonymity text not null check (anonymity in ('identified', 'confidential', 'anonymous')),
  published_at bigint not null,
  published_by uuid,
  primary key (org, survey, number),
  foreign key (org, survey) references survey (org, id)
);

-- One line of figures: a question of a survey on one scale. A scale that changes makes a new series.
create table series (
  org uuid not null references org (id),
  id bigint not null,
  kind text not null,
  source uuid not null,
  question text not null,
  about text not null,
  anonymity text not null,
  lo bigint not null,
  hi bigint not null,
  best text not null,
  created_at bigint not null,
  primary key (org, id)
);
create unique index series_key on series (org, source, question, kind, lo, hi, best);

-- How often each value came, by day and by month, for one dimension at a time.
-- dim: 0 all, 1 branch, 2 employee, 3 touchpoint, 4 channel, 5 version, 6 position. grain: 0 day, 1 month, 2 all time (stocks).
-- period: days or months since 1970, -1000000 for an undated fact. A row holds the sixteen neighbouring series of its pack
-- (series / 16), written as figures/pack.rs says.
create table cell (
  org uuid not null,
  dim bigint not null,
  key uuid not null,
  grain bigint not null,
  period bigint not null,
  pack bigint not null,
  --sqlite: data blob not null,
  --postgres: data bytea not null,
  primary key (org, dim, key, grain, period, pack)
)
--sqlite: without rowid
;

-- Names of channels as they came; the id is derived from the name, so every node agrees on it.
create table channel (
  org uuid not null,
  id uuid not null,
  name text not null,
  primary key (org, id)
);

-- Numbers go up from 1; an anonymous answer then gets one below nought, by lot. Without `autoincrement` SQLite would count
-- on from the largest of those.
create table response (
  --sqlite: seq integer primary key autoincrement,
  --postgres: seq bigserial primary key,
  org uuid not null,
  id uuid not null,
  survey uuid not null,
  version bigint not null,
  at bigint,
  day bigint,
  received_at bigint not null,
  branch uuid,
  employee uuid,
  touchpoint uuid,
  channel uuid,
  raw text,
  lang text,
  source text not null,
  answers text not null,
  external_id text,
  content_hash text,
  respondent text,
  client text,
  -- Since which day the words of a guarded answer are gone; what figures are made of stays.
  removed_on bigint
);
create unique index response_id on response (org, id);
create index response_survey on response (org, survey, at, seq);
create index response_branch on response (org, branch, at, seq);
create unique index response_external on response (org, survey, external_id) where external_id is not null;
create unique index response_content on response (org, survey, content_hash) where content_hash is not null;
create index response_respondent on response (org, survey, respondent) where respondent is not null;

--sqlite: create virtual table response_search using fts5 (stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
--postgres: create table response_search (rowid bigint primary key, stems tsvector not null);
--postgres: create index response_search_stems on response_search using gin (stems);

-- Personal links. Whether a link was used stands here; which answer it gave stands nowhere.
create table invitation (
  org uuid not null,
  id uuid not null,
  survey uuid not null,
  hash text not null unique,
  name text,
  email text,
  phone text,
  branch uuid,
  employee uuid,
  touchpoint uuid,
  channel text,
  sent_at bigint,
  delivered_at bigint,
  answered_on text,
  expires_at bigint not null,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, survey) references survey (org, id)
);
create index invitation_survey on invitation (org, survey, id);
create index invitation_email on invitation (org, email) where email is not null;
create index invitation_phone on invitation (org, phone) where phone is not null;

create table import (
  org uuid not null references org (id),
  id uuid not null,
  kind text not null,
  map text not null,
  file_name text not null,
  file_size bigint not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  rows_total bigint not null default 0,
  rows_done bigint not null default 0,
  accepted bigint not null default 0,
  duplicates bigint not null default 0,
  rejected bigint not null default 0,
  errors text not null default '[]',
  -- What the first look found: how the file is written, what is odd about it.
  found text,
  -- So many bytes of the file of rejected rows are sound; what lies beyond belongs to a chunk that was never committed.
  rejects_size bigint not null default 0,
  failure text,
  member uuid,
  created_at bigint not null,
  finished_at bigint,
  primary key (org, id)
);
