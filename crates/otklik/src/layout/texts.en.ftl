layout-skip = Skip to content
layout-nav = Sections
layout-nav-short = Main sections
layout-menu = All sections
layout-more = More
layout-close = Close
layout-company = Company
layout-search = Search
layout-search-hint = Find anything
layout-crumbs = Way to this page
layout-aside = What hangs on this
layout-account = My profile
layout-sign-out = Sign out
layout-undo = Undo
layout-filter-apply = Show
layout-pages = Pages of the list
layout-next = Show more

layout-nav-today = Today
layout-nav-overview = Overview
layout-nav-duties = To sign
layout-nav-hear = Hear
layout-nav-surveys = Surveys
layout-nav-responses = Responses
layout-nav-cases = Cases
layout-nav-check = Check
layout-nav-checklists = Checklists
layout-nav-checks = Checks
layout-nav-standards = Standards
layout-nav-clients = Clients
layout-nav-staff = People
layout-nav-improve = Improve
layout-nav-actions = Actions
layout-nav-ideas = Ideas
layout-nav-diagnosis = Diagnosis
layout-nav-marks = Marks
layout-nav-imports = Imports
layout-nav-settings = Settings
layout-nav-help = Help

layout-theme = Appearance
layout-theme-light = Light
layout-theme-dark = Dark
layout-theme-auto = As the system

layout-copied = Copied
layout-failed = The server could not be reached. Please try again.

layout-required = required
layout-form-wrong = Please check:
layout-draft-restored = Your draft is back.
layout-draft-drop = Start afresh

layout-too-few = too few responses
layout-interval = { $low } to { $high }
layout-chart-table = As a table
layout-chart-value = Value
layout-chart-interval = Interval
layout-chart-n = Responses
layout-chart-notes = Notes
layout-chart-count = Count
layout-chart-share = Share
layout-chart-tier = Group
layout-chart-centre = Mean
layout-chart-limits = Usual swings
layout-chart-signal = Signal

layout-sort-up = Up: { $name }
layout-sort-down = Down: { $name }
layout-sort-moved = NAME: place POS of TOTAL
layout-cancel = Cancel

layout-nothing = Nothing found
layout-nothing-why = Try fewer or other words.
layout-nothing-clear = Show everything
layout-foot-licences = Licences
layout-foot-keys = Through a list: j and k. Search: Ctrl K.

layout-clash = While you were editing, somebody saved another version
layout-clash-why = Nothing is lost: below is all that you typed. Compare, and choose what stays.
layout-clash-same = What is saved is the same as yours: there is nothing to choose.
layout-clash-field = Field
layout-clash-mine = Yours
layout-clash-theirs = Saved now
layout-clash-keep = Save mine
layout-clash-take = Take the saved one
layout-pick = Begin with a name or a code
