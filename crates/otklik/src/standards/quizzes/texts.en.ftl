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
conflict-quiz-answered-meanwhile = This quiz has just been handed in under your name in another window. That answer counts.
conflict-quiz-handed-in = This attempt was handed in before.
forbidden-quiz-no-employee = Your sign-in is not linked to an employee's card, so the quiz would be nobody's. Ask the owner to link them in the user's settings.
forbidden-quiz-left = By your card you no longer work here, so the quiz is not recorded.
forbidden-quiz-somebody-else = This attempt is another employee's.
