thread-title = The item's thread
thread-versions = Versions
thread-signatures = Who knows it
thread-quiz = What people understand
thread-questions = What clients are asked
thread-touchpoint = Touchpoint
thread-proposals = What staff propose
thread-none = Nothing yet.
thread-orphan = Nobody asks about this rule: no survey, no quiz, no rating of a touchpoint. Whether it is kept you will not learn.
thread-orphan-step = Add a question to a survey
thread-orphans = Rules that nobody asks about
thread-orphans-why = No question to clients, no quiz and no rated touchpoint points at them. See whether they are needed, or begin to ask.
thread-orphans-n = { $n ->
    [one] { $n } such rule.
   *[other] { $n } such rules.
}
thread-orphans-none = There are none
thread-orphans-none-why = Somebody asks about every rule in force: a client, a quiz or the rating of a touchpoint.
thread-effect = What moved after the versions
thread-effect-none = Nothing to compare yet: the touchpoint needs ratings for at least two weeks before and after a publication.
thread-effect-why = The time after a publication beside an equally long time before it. An association in time, not a proven cause: something else may have happened too.
thread-version-on = version { $n }, { $on }
thread-point = Touchpoint
thread-before = Before
thread-after = After
thread-change = Change
thread-moved-better = better; this is not noise
thread-moved-worse = worse; this is not noise
thread-moved-noise = within the usual swings
thread-moved-few = too few answers
thread-days = { $n ->
    [one] { $n } day on each side
   *[other] { $n } days on each side
}
thread-orphans-nothing = No rule is in force yet
thread-orphans-nothing-why = Publish a standard, and this page shows which of its rules nobody asks about.
