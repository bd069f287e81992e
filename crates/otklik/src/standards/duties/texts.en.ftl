# Duties to read and sign
duties-paper-statement = Signed on paper on { $day }; entered by { $name }
duties-mail-subject = Please read and sign a standard
duties-mail-subject-late = A standard waits for your signature
duties-mail-hello = Hello { $name },
duties-mail-text = Please read and sign:
duties-mail-due = “{ $title }” by { $day }
duties-mail-late = “{ $title }”: it was due on { $day }
duties-mail-link = Read and sign
forbidden-no-employee = Your user is not tied to an employee card. The owner can tie them in the settings of the user.
forbidden-outside-audience = This standard is not for your place of work; you need not sign it.
conflict-version-replaced = Version { $what } is out already. Open it and read what changed.
conflict-nothing-to-sign = There is nothing left to sign here: all is signed or lifted.
error-item-not-asked = This item need not be signed.
error-item-missing = Item { $item } is missing.
error-signed-on-range = The day of signing must lie between the publication and today.
error-nothing-to-sign = This person has nothing to sign.
error-absence-ends-before = The last day is before the first.
duties-verify-ok = The signature is whole: everything in the file fits
duties-verify-company = Company
duties-verify-standard = Standard
duties-verify-version = Version
duties-verify-items = Items
duties-verify-employee = Signed by
duties-verify-statement = Statement
duties-verify-at = When
duties-verify-via = How
duties-verify-entered-by = Entered by
duties-verify-hash = Fingerprint
duties-finding-not-json = This is no signature file: it holds no JSON
duties-finding-format = This is no Otklik signature file of this format
duties-finding-shape = Parts of the file are missing, or there are more than belong there
duties-finding-form = The file is not written as the program writes it
duties-finding-text = The text is not the one that was signed
duties-finding-signature = The signature itself was changed: who, when, what or how
duties-finding-mismatch = Text and signature speak of different things
duties-finding-file = Something in the file was changed
duties-own = For me to read and sign
duties-state = State
duties-state-pending = to be signed
duties-state-overdue = overdue
duties-state-signed = signed
duties-state-lifted = lifted
duties-until = Until { $day }
duties-was-due = It was due on { $day }
duties-version = version { $n }
duties-items = { $n ->
    [one] { $n } item
   *[other] { $n } items
}
duties-thanks = Thank you, your signature is in
duties-thanks-all = There is nothing more to sign.
duties-thanks-next = { $n ->
    [one] { $n } more standard is waiting.
   *[other] { $n } more standards are waiting.
}
duties-not-linked = You are not tied to an employee yet
duties-none = Nothing to sign
duties-none-why = When a standard for your place of work comes out, it appears here.
duties-all-done = All is signed.
duties-past = Before
duties-why = Why
duties-measure = How to check
duties-norm = Norm
duties-text = Text
duties-statement = I have read and understood the standard “{ $title }”, version { $n }
duties-agree-first = Tick that you have read and understood
duties-nothing-asked = Nothing to sign here
duties-nothing-asked-why = All that this standard asks of you is signed.
duties-back = To my standards
duties-others = { $n ->
    [one] Only what is to be signed is shown. { $n } more item stays as it was.
   *[other] Only what is to be signed is shown. { $n } more items stay as they were.
}
duties-whole = The whole standard
duties-critical = never to be broken
duties-changed = changed
duties-new = new to you
duties-what-changed = What changed since you signed
duties-photo = Photograph of an example
duties-audio = An example to hear
duties-sign = Sign
duties-later = Later
duties-signature = Signature
duties-bundle = Download the signature's file
duties-signed-text = What was signed
duties-proof = What the file proves
duties-proof-what = It holds the text that was shown, the statement, the name and the time. The command otklik verify checks without a server that nothing in it was changed.
duties-proof-not = Who held the phone, it does not prove. Compare the fingerprint with the one kept here: a forgery put together anew has another.
duties-via-session = at their own account
duties-via-token = through a program
duties-via-paper = on paper
duties-people = Who has signed
duties-share = Share
duties-everybody = all
duties-due = Due
duties-sheet = Sheet to sign
duties-sheet-title = Sheet of acquaintance
duties-sheet-how = Print this page, collect the signatures, then tick here who signed.
duties-sheet-empty = All is signed in this branch
duties-sheet-empty-why = There is nothing to print: no duty is open.
duties-signed-tick = Signed
duties-signed-by = { $name }: signed on paper
duties-signed-on = Day on the sheet
duties-day = Date
duties-only-items = items { $numbers }
duties-enter = Enter signatures
duties-printed = Printed on { $day }
duties-done-entered = The signatures are in.
duties-done-away = The leave is in; what was open is lifted for that time.
duties-done-back = The leave is gone; what was open is asked again.
duties-settling = Giving out duties
duties-settled = Everybody has theirs.
duties-show = Show
duties-progress = { $done } of { $all }
duties-spared = { $n ->
    [one] Because only what changed is signed, { $n } item did not have to be signed again.
   *[other] Because only what changed is signed, { $n } items did not have to be signed again.
}
duties-nobody = This standard concerns nobody yet
duties-nobody-why = Nobody fits its branches and positions. Look whom it is for.
duties-nobody-here = There are no such people.
duties-one-by-one = Person by person
duties-more-branches = { $n ->
    [one] { $n } more branch is not shown.
   *[other] { $n } more branches are not shown.
}
duties-of-person = Standards and leaves: { $name }
duties-person-none = There is nothing to sign.
duties-leaves = Leaves
duties-leaves-why = While somebody is away, nothing is asked of them. When they return, their time begins anew.
duties-away-since = since { $day }, until they return
duties-away-now = now
duties-away-from = First day
duties-away-to = Last day
duties-away-to-hint = Empty when not known yet
duties-leave-add = Enter a leave
duties-leave-remove = The leave will be gone; what it lifted is asked again.
duties-take-back = Remove
duties-knowledge = Who knows what
duties-known-of = { $known } of { $all } signatures
duties-missing = Not signed
duties-required = Required
duties-known = Known
duties-known-now = { $share } is signed now.
duties-known-over = How knowledge of the standards grew
duties-known-none = Nothing to show yet
duties-known-none-why = Publish a standard, and you will see here who knows it.
duties-all-standards = All standards
duties-more-lines = { $n ->
    [one] Show { $n } more line
   *[other] Show { $n } more lines
}
