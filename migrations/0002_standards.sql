-- Standards: items with one permanent id, their versions, who knows them, and how that is asked.

-- Who has which position: audiences and reports ask for it.
create index employee_position on employee (org, position);

-- A standard. `audience` is JSON {branches:[ids], positions:[names]}, empty lists mean everyone.
-- `stage` says where its draft stands; `published` is the number of the version in force.
create table standard (
  org uuid not null references org (id),
  id uuid not null,
  kind text not null check (kind in ('communication', 'organisation', 'operation', 'profession', 'materials')),
  title text not null,
  audience text not null,
  owner uuid,
  -- Whose word a publication needs; empty: nobody's.
  approver uuid,
  review_on text not null,
  -- Days that people have for reading and signing.
  days bigint not null,
  stage text not null check (stage in ('draft', 'review', 'approved')),
  published bigint,
  published_at bigint,
  -- Out of force since then, with the reason; `restored_at`: when it last came back.
  withdrawn_at bigint,
  withdrawn_why text,
  restored_at bigint,
  -- Grows with every change of the draft, its items included: two editors meet here.
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, owner) references member (org, id),
  foreign key (org, approver) references member (org, id)
);
create index standard_review on standard (org, review_on);

-- An item: its id is the red thread. `draft` is the text of the next version; `published` that of the version in force.
create table item (
  org uuid not null,
  id uuid not null,
  standard uuid not null,
  place bigint not null,
  draft text not null,
  published text,
  touchpoint uuid,
  -- The publication in which the text last changed, and the last one that asked for a signature.
  changed_in bigint,
  asked_in bigint,
  retired_in bigint,
  -- Retired in the draft; the next publication makes it so.
  retiring boolean not null default false,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, standard) references standard (org, id)
);
create index item_standard on item (org, standard, place, id);
create index item_touchpoint on item (org, touchpoint) where touchpoint is not null;

create table item_version (
  org uuid not null,
  item uuid not null,
  number bigint not null,
  change text not null check (change in ('new', 'material', 'editorial', 'retired')),
  text text not null,
  primary key (org, item, number),
  foreign key (org, item) references item (org, id)
);

-- A publication. `content` is the whole text as it was published (canonical JSON), `hash` its SHA-256.
-- `asked` persons got a duty; `spared` signatures would have been asked for if every change asked everybody for everything.
-- The duties are given out in steps; `cursor` is how far they came, empty when all have theirs.
-- `title`, `audience` and `days` are those in force with this version; the standard's own are the draft's.
create table standard_version (
  org uuid not null,
  standard uuid not null,
  number bigint not null,
  content text not null,
  hash text not null,
  title text not null,
  audience text not null,
  days bigint not null,
  published_at bigint not null,
  published_by uuid,
  approved_by uuid,
  audience_size bigint not null default 0,
  asked bigint not null default 0,
  spared bigint not null default 0,
  done bigint not null default 0,
  cursor uuid,
  settled_at bigint,
  primary key (org, standard, number),
  foreign key (org, standard) references standard (org, id)
);
-- The text of a publication is what people signed: it stays.
--sqlite: create trigger standard_version_frozen_update before update of org, standard, number, content, hash on standard_version begin select raise(abort, 'publications are kept'); end;
--sqlite: create trigger standard_version_frozen_delete before delete on standard_version begin select raise(abort, 'publications are kept'); end;
--sqlite: create trigger standard_version_frozen_insert before insert on standard_version when exists (select 1 from standard_version where org = new.org and standard = new.standard and number = new.number) begin select raise(abort, 'publications are kept'); end;
--postgres: create function standard_version_frozen() returns trigger language plpgsql as $body$ begin raise exception 'publications are kept'; end $body$;
--postgres: create trigger standard_version_frozen before delete or update of org, standard, number, content, hash on standard_version for each row execute function standard_version_frozen();
--postgres: create trigger standard_version_kept before truncate on standard_version for each statement execute function standard_version_frozen();

--sqlite: create virtual table item_search using fts5 (stems, org unindexed, item unindexed, tokenize="unicode61 remove_diacritics 0");
--postgres: create table item_search (org uuid not null, item uuid not null, stems tsvector not null, primary key (org, item));
--postgres: create index item_search_stems on item_search using gin (stems);

-- What staff say of an item: a remark, or another wording. `base` is the version that it was written on.
create table proposal (
  org uuid not null,
  id uuid not null,
  standard uuid not null,
  item uuid,
  base bigint,
  text text,
  reason text not null,
  author uuid not null,
  state text not null check (state in ('open', 'accepted', 'declined')),
  answer text,
  decided_by uuid,
  decided_at bigint,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, standard) references standard (org, id)
);
create index proposal_standard on proposal (org, standard, state, id);

-- Time away: nothing is asked of somebody who is not there. Days, both inclusive; an open end is empty.
create table absence (
  org uuid not null,
  id uuid not null,
  employee uuid not null,
  from_day bigint not null,
  to_day bigint,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, employee) references employee (org, id)
);
create index absence_employee on absence (org, employee);
create index absence_ends on absence (org, to_day);

-- One person and one standard. `asked_in` is the publication that last asked something of this person,
-- `state` what became of it. Overdue is pending past its day. A row also remembers how the person was last counted in
-- the figures: where (empty: not at all), whether on leave, and up to which publication.
create table duty (
  org uuid not null,
  standard uuid not null,
  employee uuid not null,
  id uuid not null,
  asked_in bigint not null,
  due_day bigint not null,
  state text not null check (state in ('pending', 'signed', 'lifted')),
  since bigint not null,
  reminded_day bigint,
  seen bigint not null,
  branch uuid,
  position uuid,
  away boolean not null,
  primary key (org, standard, employee),
  foreign key (org, standard) references standard (org, id),
  foreign key (org, employee) references employee (org, id)
);
create unique index duty_id on duty (org, id);
create index duty_employee on duty (org, employee, state);
create index duty_state on duty (org, standard, state, due_day);
create index duty_due on duty (org, state, due_day);

-- Which version of an item a person has signed.
create table acknowledgement (
  org uuid not null,
  employee uuid not null,
  item uuid not null,
  number bigint not null,
  signature uuid not null,
  primary key (org, employee, item)
);
create index acknowledgement_item on acknowledgement (org, item, employee);

-- Never changed, never removed.
create table signature (
  org uuid not null,
  id uuid not null,
  standard uuid not null,
  number bigint not null,
  employee uuid not null,
  employee_name text not null,
  items text not null,
  statement text not null,
  text_hash text not null,
  -- Over all of the above, so that a bundle shows that nothing was touched.
  hash text not null,
  via text not null check (via in ('session', 'token', 'paper')),
  member uuid not null,
  member_name text not null,
  at bigint not null,
  primary key (org, id),
  foreign key (org, employee) references employee (org, id)
);
create index signature_standard on signature (org, standard, id);
create index signature_employee on signature (org, employee, id);
--sqlite: create trigger signature_frozen_update before update on signature begin select raise(abort, 'signatures are kept'); end;
--sqlite: create trigger signature_frozen_delete before delete on signature begin select raise(abort, 'signatures are kept'); end;
--sqlite: create trigger signature_frozen_insert before insert on signature when exists (select 1 from signature where org = new.org and id = new.id) begin select raise(abort, 'signatures are kept'); end;
--postgres: create function signature_frozen() returns trigger language plpgsql as $body$ begin raise exception 'signatures are kept'; end $body$;
--postgres: create trigger signature_frozen before update or delete on signature for each row execute function signature_frozen();
--postgres: create trigger signature_kept before truncate on signature for each statement execute function signature_frozen();

-- The facts behind `acknowledged`: who has to know an item, and who knows it, as steps of +1 and −1 on a day,
-- with the place where the person worked. Summed up to a day they say how things stood on it.
create table knowledge (
  --sqlite: seq integer primary key,
  --postgres: seq bigserial primary key,
  org uuid not null,
  day bigint not null,
  item uuid not null,
  employee uuid not null,
  branch uuid not null,
  position uuid,
  required bigint not null,
  known bigint not null
);
create index knowledge_org on knowledge (org, seq);
create index knowledge_branch on knowledge (org, branch, item, day);

create table quiz (
  org uuid not null,
  id uuid not null,
  standard uuid not null,
  pass_share bigint not null,
  attempts bigint,
  -- The questions as JSON, each tied to an item; the right answers never leave for those who are asked.
  questions text not null,
  number bigint not null default 1,
  closed_at bigint,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org, standard) references standard (org, id)
);
create index quiz_standard on quiz (org, standard);

-- One run through a quiz. The questions and their order are kept as they were asked.
create table attempt (
  org uuid not null,
  id uuid not null,
  quiz uuid not null,
  employee uuid not null,
  number bigint not null,
  asked text not null,
  answers text,
  right_answers bigint,
  of_questions bigint not null,
  passed boolean,
  day bigint,
  branch uuid,
  started_at bigint not null,
  submitted_at bigint,
  primary key (org, id),
  foreign key (org, quiz) references quiz (org, id),
  foreign key (org, employee) references employee (org, id)
);
create unique index attempt_number on attempt (org, quiz, employee, number);
-- One open run at a time: whoever begins twice goes on with the first.
create unique index attempt_open on attempt (org, quiz, employee) where submitted_at is null;
create index attempt_employee on attempt (org, employee, quiz);

-- A newcomer's first months: steps on days after the first working day.
create table track (
  org uuid not null,
  id uuid not null,
  title text not null,
  positions text not null,
  steps text not null,
  active boolean not null default true,
  version bigint not null default 1,
  created_at bigint not null,
  primary key (org, id),
  foreign key (org) references org (id)
);

create table newcomer (
  org uuid not null,
  id uuid not null,
  track uuid not null,
  employee uuid not null,
  started_day bigint not null,
  steps text not null,
  state text not null check (state in ('running', 'passed', 'failed', 'stopped')),
  closed_at bigint,
  version bigint not null default 1,
  primary key (org, id),
  foreign key (org, track) references track (org, id),
  foreign key (org, employee) references employee (org, id)
);
create unique index newcomer_once on newcomer (org, track, employee);
create index newcomer_employee on newcomer (org, employee);
