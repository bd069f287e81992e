problem-unparseable = The request cannot be read
problem-unparseable-detail = This could not be read: { $what }
problem-unauthorized = Please sign in
problem-unauthorized-detail = Sign in, or send a valid token.
problem-forbidden = This is not open to you
problem-not-found = Nothing here
problem-not-found-detail = It may have been removed, or the address has a typo.
problem-method-not-allowed = Not that way
problem-method-not-allowed-detail = This address does not take that method.
problem-conflict = Too late for that
problem-gone = No longer there
problem-misdirected = This address is not ours
problem-misdirected-detail = The request names a host that is not that of this installation. Open it by the address that the administrator gave (--public-url).
problem-too-large = Too large
problem-too-large-detail = Shorten the text or split the file.
problem-unsupported-media = Wrong format
problem-unsupported-media-detail = Send JSON with the header Content-Type: application/json.
problem-invalid = Something needs a correction
problem-invalid-detail = What you entered is kept; correct the marked places.
problem-too-many = Too often
problem-busy = Busy just now
problem-retry = { $n ->
    [one] Try again in { $n } second.
   *[other] Try again in { $n } seconds.
 }
problem-internal = Something broke on our side
problem-internal-detail = The details are in the server's log. Nothing you entered is lost: go back and try again.

forbidden-role = Your role does not allow this. If you need it for your work, ask the owner.
forbidden-scope = The token lacks the scope for this.
forbidden-history = Only a token with the scope history may back-date.
forbidden-origin = The request did not come from our pages. Open the page again and repeat.
forbidden-other-branch = This is another branch.
conflict-version = Somebody saved another version while you were editing. Your text is safe: compare, and save again.
conflict-in-use = Something still refers to this.
conflict-replay = The same request was just carried out.
conflict-org-exists = A company of this name exists.
conflict-not-open = The survey is not open now.
gone-survey-closed = This survey is closed. Thank you for wanting to answer!

error-home = Home
error-required = Please fill this in.
error-too-long = At most { $max } characters.
error-too-many = At most { $max }.
error-too-deep = Rules nest deeper than { $max } levels.
error-control-characters = There are invisible control characters: remove them.
error-unknown-field = There is no such field.
error-unknown-variant = One of: { $allowed }.
error-wrong-type = { $expected ->
    [text] A text is needed.
    [whole] A whole number is needed.
    [number] A number is needed.
    [truth] true or false is needed.
    [list] A list is needed.
    [object] An object with fields is needed.
    [moment] A moment such as 2026-11-21T09:00:00Z is needed.
    [date] A date such as 2026-11-21 is needed.
    [id] A whole id is needed.
   *[other] Wrong kind of value.
 }
error-not-an-object = A JSON object is needed.
error-out-of-range = From { $min } to { $max }.
error-bad-cursor = This is not a cursor from an earlier answer.
error-bad-idempotency-key = A key has 1 to 255 characters.
error-key-reused = Another request came with this key. Take a new one.
error-unknown = Your company has no such thing.
error-duplicate = This exists already.
error-bad-key = Latin letters, digits, _ and -, at most 64.
error-bad-email = Check the e-mail address: name@example.com.
error-bad-phone = Check the phone number, for example +7 495 123-45-67.
error-bad-name = At most 200 characters, no control characters.
error-unknown-timezone = A time zone such as Europe/Moscow is needed.
error-unknown-locale = There is Russian (ru) and English (en).
error-password-short = The password has fewer than 10 characters.
error-password-long = The password has more than 256 characters.
error-password-is-email = The password is the e-mail address: easy to guess.

error-not-for-type = A question of this kind has no such field.
error-bad-scale = The lower end must be below the upper; from { $min } to { $max }.
error-fixed-scale = The scale of this question is always { $min }–{ $max }.
error-scale-or-options = Either a scale or options.
error-unknown-question = There is no such question.
error-hidden-question = This question is not shown with these answers.
error-not-an-earlier-question = A rule may only look at questions above.
error-value-never-given = That question never gets such an answer.
error-anonymous-with-contact = An anonymous survey does not ask for contacts.
error-nothing-answered = Please answer at least one question.
error-not-on-scale = Choose a number from { $min } to { $max }.
error-unknown-option = There is no such option.
error-not-an-option = Choose one of the options.
error-not-a-list = A list of options is needed.
error-not-a-matrix = Answers by row are needed.
error-unknown-row = There is no such row.
error-not-a-text = A text is needed.
error-not-a-tick = Tick it or leave it empty.
error-not-a-contact = Contacts by field are needed.
error-consent-needed = To leave contacts, please tick the consent.
error-email-or-phone = An e-mail or a phone number is needed.
error-supervisor-needs-branches = A branch head needs at least one branch.

role-owner = Owner
role-manager = Quality manager
role-supervisor = Branch head
role-employee = Front-line employee
role-viewer = Viewer
