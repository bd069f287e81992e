# editing
standards-mark = Стандарт «{ $title }», версия { $n }
conflict-nothing-changed = С прошлой версии ничего не изменилось: публиковать нечего.
conflict-not-approved = Черновик ещё не согласован. Отправьте его на согласование: без него публиковать нельзя.
conflict-no-approver = У стандарта не назван согласующий. Назовите его в свойствах стандарта.
conflict-not-draft = Черновик уже отправлен или согласован.
conflict-not-in-review = Черновик не на согласовании.
conflict-item-retired = Пункт выведен из стандарта и больше не меняется.
conflict-item-retiring = Пункт уже будет выведен со следующей публикацией.
conflict-item-not-retiring = Этот пункт и так остаётся.
conflict-proposal-decided = На это предложение уже ответили.
conflict-proposal-overtaken = В черновике этот пункт уже переписали. Впишите слова, которые должны остаться, и примите предложение с ними.
forbidden-not-approver = Согласовать может только тот, кто назван согласующим.
error-cannot-approve = Согласовать может владелец или менеджер по качеству.
error-not-changed = Этот пункт не менялся.
