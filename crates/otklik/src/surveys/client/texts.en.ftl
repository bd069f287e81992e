ask-language = Language
ask-send = Send
ask-next = Next
ask-back = Back
ask-wrong = Almost done. Please mend this:
ask-title-wrong = Please mend: { $title }
ask-required = Please answer this question.
ask-several = You may choose several.
ask-promise = People read the answers, not only a program.
ask-promise-confidential = Only those who look after feedback see the answers; reports carry no names.
ask-promise-anonymous = The answer is anonymous: we keep neither a name nor the exact time. Please write nothing that gives you away.
ask-preview = This is what a client sees. Nothing is sent from here.
ask-test = This is a test: the answer is not kept.
ask-busy = Very many people are answering right now. All you wrote is safe: press again in a few seconds.
ask-nps-low = not at all
ask-nps-high = definitely
ask-csat-low = very bad
ask-csat-high = excellent
ask-ces-low = very hard
ask-ces-high = very easy
ask-rating-low = bad
ask-rating-high = excellent
ask-contact-name = Your name
ask-contact-phone = Phone
ask-contact-email = E-mail

ask-thanks = Thank you!
ask-thanks-saved = Your answer is saved.
ask-thanks-reader = { $name }, the branch head, will read your answer.
ask-thanks-read = { $org } will read your answer.
ask-thanks-call = If there is something to ask or to mend, we will use the contacts you left.
ask-thanks-anonymous = The answer is anonymous: not even we can tell who gave it.
ask-closed = The survey is closed. Thank you!
ask-closed-text = We collect no answers at this address now. Thank you for wanting to help.
ask-unknown = There is no such survey
ask-unknown-text = Please check the address: the link may have been copied in part.
ask-too-large = The answer is too long
ask-too-large-text = Please go back and shorten it.
ask-unreadable = The answer could not be read
ask-unreadable-text = Please open the page again and send it once more.
error-history-needed = This field needs a token with the scope history.
error-in-future = That time has not come yet.
ask-gone = No longer needed

gone-invitation-used = You have already answered by this link. Thank you!
gone-invitation-expired = This link is no longer valid. Thank you for wanting to answer!
invitation-hello = Hello { $name }!
invitation-asks = { $org } would like to ask you a few questions. It takes less than a minute.
invitation-begin = Answer
invitation-mail-hello = Hello!
invitation-mail-hello-name = Hello { $name }!
invitation-mail-text = { $org } would like to ask you a few questions. It takes less than a minute:
    { $link }

    The link is personal and takes one answer.
invitation-title = Personal links
invitation-what = A link of their own for each, for one answer. You see who answered, not what.
invitation-people = Whom to ask
invitation-people-hint = One person a line: name, e-mail, phone in any order, separated by semicolons.
invitation-branch = Branch
invitation-no-branch = None
invitation-send = Send e-mail to those who have an address
invitation-make = Make links
invitation-made = { $n ->
    [one] { $n } link is ready.
   *[other] { $n } links are ready.
 }
invitation-links = New links
invitation-links-once = Copy them now: we do not keep the links and cannot show them again.
invitation-copy = Copy all
invitation-not-open = The survey is closed now. Publish it, then you can invite people.
invitation-who = Who
invitation-state = State
invitation-when = When
invitation-waiting = waiting
invitation-answered = answered
invitation-expired = expired
invitation-until = until { $date }
invitation-nameless = No name
invitation-line = Line { $n }: { $text }
error-quarantine = This person was asked or answered less than { $days } days ago. Let them rest.
error-no-mailer = E-mail is not set up: copy the links and send them yourself.
error-one-or-items = Either one person or a list of items.
