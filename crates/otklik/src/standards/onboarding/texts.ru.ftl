# Путь новичка
error-track-standard-is-read = Стандарт читают: поставьте вид шага «Прочитать».
error-track-quiz-is-taken = Тест сдают: поставьте вид шага «Сдать тест».
error-track-has-left = Этот сотрудник уже не работает.
error-track-no-mark = Оценка ставится за разговор и за аттестацию.
error-track-only-last = Итог ставит только последняя аттестация.
conflict-track-begun = Этот сотрудник уже проходил этот путь.
conflict-track-by-itself = Этот шаг отмечается сам: когда подписан стандарт или сдан тест.
conflict-track-step-done = Шаг уже отмечен.
conflict-track-step-open = Шаг ещё не отмечен.
conflict-track-not-running = Путь уже закрыт. Чтобы изменить его, снимите отметку с последней аттестации.
forbidden-track-head-only = Этот шаг отмечает управляющий, и не за себя.

access-noun-track = Пути новичка
access-noun-newcomer = Новички
access-verb-track-created = Путь создан
access-verb-track-changed = Путь изменён
access-verb-newcomer-begun = Новичок начал путь
access-verb-newcomer-ticked = Шаг отмечен
access-verb-newcomer-unticked = Отметка шага снята
access-verb-newcomer-stopped = Путь остановлен: сотрудник ушёл
access-verb-newcomer-resumed = Путь продолжен
