# Quizzes
error-quiz-two-options = At least two options are needed.
error-quiz-mark-one = Mark the right option.
error-quiz-all-right = Every option is right: the question checks nothing.
error-quiz-one-answer = One option is right here: choose one.
error-quiz-other-standard = This item belongs to another standard.
error-quiz-item-retired = This item no longer holds: there is nothing to ask about it.
error-quiz-standard-stays = A quiz stays with its standard. Make a new one for another.
conflict-quiz-closed = The quiz is closed.
conflict-quiz-attempts-used = All attempts are used. Talk to your branch head, who sees what went wrong.
conflict-quiz-nothing-to-ask = No questions are left: their items no longer hold.
conflict-quiz-answered-meanwhile = This run was already handed in under your name, and that answer counts. Begin a new run to take the quiz again.
conflict-quiz-runs-in-order = Runs go in order: hand in the one you have begun, or send the next number.
conflict-quiz-handed-in = This attempt was handed in before.
forbidden-quiz-no-employee = Your sign-in is not linked to an employee's card, so the quiz would be nobody's. Ask the owner to link them in the user's settings.
forbidden-quiz-left = By your card you no longer work here, so the quiz is not recorded.
forbidden-quiz-somebody-else = This attempt is another employee's.

insight-metric-quiz = Quizzes: right at once
insight-definition-quiz = The share of right answers in first attempts at quizzes on standards (0 to 1): it shows whether the item itself is understood. Later attempts do not count. Limits: Wilson, 95 %.
insight-source-quiz = Wilson, 1927
access-noun-quiz = Quizzes
access-noun-attempt = Attempts
access-verb-quiz-created = Quiz made
access-verb-quiz-changed = Quiz changed
access-verb-quiz-closed = Quiz closed
access-verb-attempt-begun = Attempt begun
access-verb-attempt-submitted = Attempt handed in

quiz-title = Quizzes
quiz-lead = Do people understand what they signed? A quiz never stands in the way of a signature.
quiz-one = Quiz
quiz-of = Quiz: { $title }
quiz-new = New quiz
quiz-new-of = New quiz: { $title }
quiz-edit-of = Questions of the quiz: { $title }
quiz-results-of = Results of the quiz: { $title }
quiz-empty = No quizzes yet
quiz-empty-why = A few questions on the items of a standard show which words people read otherwise than meant.
quiz-empty-reader = When a manager makes a quiz, it will appear here.
quiz-choose = Which standard is the quiz about?
quiz-no-standards = A standard comes first
quiz-no-standards-why = The questions of a quiz are tied to the items of a standard.
quiz-no-standards-step = Write a standard
quiz-standard = Standard
quiz-state = State
quiz-results = Results
quiz-see = See
quiz-state-passed = passed
quiz-state-failed = not passed
quiz-state-open = begun
quiz-state-used = no attempts left
quiz-state-new = not begun
quiz-state-going = open
quiz-state-closed = closed
quiz-questions-n = { $n ->
    [one] { $n } question
   *[other] { $n } questions
 }
quiz-answers-n = { $n ->
    [one] { $n } answer
   *[other] { $n } answers
 }
quiz-people-n = { $n ->
    [one] { $n } person
   *[other] { $n } people
 }
quiz-pass-at = passed from { $share } right
quiz-attempts-free = as many attempts as it takes
quiz-attempts-n = { $n ->
    [one] { $n } attempt
   *[other] { $n } attempts
 }
quiz-done-saved = Saved.
quiz-done-closed = The quiz is closed. Its results stay.
quiz-what = Questions and options are mixed. After checking you see what is right and why. Reports count the first attempt only: it shows whether the standard is written clearly.
quiz-edit = Edit questions
quiz-begin = Begin
quiz-go-on = Go on
quiz-again = Take it again
quiz-my-runs = My attempts
quiz-to-standard = Open the standard
quiz-more = More
quiz-close = Close the quiz
quiz-close-why = No new attempts; the results stay.
quiz-orphans-n = { $n ->
    [one] The item of { $n } question no longer holds: the question is asked of nobody. Take it out or rewrite it.
   *[other] The items of { $n } questions no longer hold: these questions are asked of nobody. Take them out or rewrite them.
 }
quiz-orphaned = the item no longer holds
quiz-orphaned-edit = The item no longer holds: the question is asked of nobody.
quiz-right-of = { $right } of { $of }
quiz-passed = Passed: { $words } right.
quiz-failed = Not passed yet: { $words } right.
quiz-failed-next = Look at the explanations and try again.
quiz-right = right
quiz-wrong = wrong
quiz-picked = your answer
quiz-is-right = the right answer
quiz-several = You may tick several.
quiz-check = Check
quiz-not-yet = This attempt has not been handed in.
quiz-back = To the quiz
quiz-results-lead = By first attempts: they show whether the words of the standard are understood.
quiz-nobody = Nobody has taken the quiz yet
quiz-nobody-why = After the first attempts this page shows which items are misunderstood.
quiz-nobody-yet = Nobody has taken it yet
quiz-figure-right = Right at once
quiz-figure-passed = Passed at once
quiz-by-item = By question
quiz-worst-first = What is understood worst comes first.
quiz-by-branch = By branch
quiz-branch = Branch
quiz-runs = Latest attempts
quiz-misread = Many choose “{ $title }” ({ $n } of { $of }): this wording is read otherwise than meant.
quiz-edit-lead = Each question is tied to an item. The order does not matter: questions and options are mixed.
quiz-item = Item
quiz-item-choose = Choose an item
quiz-text = Question
quiz-explain = Explanation
quiz-explain-hint = Shown after checking: why it is so.
quiz-question-n = Question { $n }
quiz-new-block = new, may stay empty
quiz-options = Options
quiz-options-hint = Mark the right one. If several are right, mark them all: then only the whole answer counts.
quiz-option-n = Option { $n }
quiz-mark-right = right
quiz-drop = Take this question out
quiz-pass = Right answers needed
quiz-attempts = Attempts
quiz-attempts-hint = Empty: as many as it takes.
quiz-no-questions = Add at least one question.
quiz-save = Save
quiz-save-more = Save and add a question
quiz-needed = { $share } right answers are needed.
quiz-together = Altogether
quiz-of-standard = Quizzes on this standard
