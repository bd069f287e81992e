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

track-title = Пути новичка
track-lead = Что новичок читает, видит и обсуждает в первые месяцы. Путь начинается сам, когда человека принимают на работу.
track-one = Путь
track-new = Новый путь
track-starter = Взять готовый: первые три месяца
track-empty = Путей пока нет
track-empty-why = Готовый путь на три месяца можно взять и поправить под себя: в нём встречи, наблюдение, стандарты и три аттестации.
track-inactive = выключен
track-for-all = Для всех новых сотрудников
track-steps-n = { $n ->
    [one] { $n } шаг
    [few] { $n } шага
   *[other] { $n } шагов
 }
track-edit-lead = Шаги идут по дням; внутри одного дня — в вашем порядке. Кто уже в пути, идёт по прежним шагам.
track-name = Название
track-positions = Для кого
track-positions-hint = Должности, по одной в строке. Пусто: для всех новых сотрудников.
track-active = Начинать для новых сотрудников
track-active-hint = Выключенный путь не начинается сам; кто уже в пути, идёт дальше.
track-steps = Шаги
track-new-step = новый шаг, можно оставить пустым
track-drop = Убрать шаг
track-day = День
track-kind = Вид
track-what = Что делать
track-thing = Стандарт или тест
track-thing-none = Ничего
track-thing-standard = Стандарт: { $title }
track-thing-quiz = Тест: { $title }
track-who = Кто отмечает
track-who-newcomer = Новичок
track-who-head = Управляющий
track-kind-read = Прочитать
track-kind-quiz = Сдать тест
track-kind-talk = Поговорить
track-kind-watch = Увидеть и попробовать
track-kind-assessment = Аттестация
track-save = Сохранить
track-saved = Путь сохранён.
track-no-steps = Добавьте хотя бы один шаг.

track-newcomers = Новички
track-newcomers-lead = Кто на каком дне и что задерживается.
track-begin = Поставить на путь
track-begin-lead = Обычно путь начинается сам с приёмом на работу. Здесь можно начать его вручную.
track-nobody = Сейчас никто не в пути
track-nobody-why = Когда вы примете сотрудника и укажете день выхода, его путь начнётся сам.
track-fresh-none = Новых сотрудников без пути нет
track-fresh-none-why = Здесь видны те, кто вышел за последние четыре месяца и ещё не в пути.
track-state = Состояние
track-chip-running = В пути
track-chip-passed = Прошли
track-chip-failed = Не прошли
track-chip-stopped = Ушли
track-state-running = в пути
track-state-passed = пройден
track-state-failed = не пройден
track-state-stopped = остановлен
track-late-n = { $n ->
    [one] { $n } шаг задерживается
    [few] { $n } шага задерживаются
   *[other] { $n } шагов задерживаются
 }
track-day-n = { $n }-й день
track-begins = выходит { $day }
track-done-of = { $done } из { $of }
track-who-is = Сотрудник
track-day-head = День
track-done-head = Сделано
track-employee = Сотрудник
track-employee-hint = Кто вышел за последние четыре месяца и ещё не в пути.
track-choose = Выберите
track-started = Первый рабочий день
track-started-hint = Пусто: день выхода из карточки или сегодня.
track-branch = Филиал
track-position = Должность
track-due = до { $day }
track-last = закрывает путь
track-step-done = сделано
track-step-late = задерживается
track-step-open = впереди
track-step-lifted = Не нужно: стандарт отозван
track-mark-n = оценка { $n }
track-tick = Отметить
track-mark = Оценка
track-mark-hint = 5 — лучше всего. Аттестация без оценки не отмечается.
track-outcome = Итог
track-outcome-yes = прошёл
track-outcome-no = не прошёл
track-note = Заметка
track-undo = Снять отметку
track-away-why = Отпуск и больничный сдвигают сроки.
track-said-step = Шаг отмечен.
track-said-begun = Путь начат.
track-said-undone = Отметка снята.
track-mine = Мой путь
track-mine-none = Вы не в пути новичка
track-mine-none-why = Здесь появятся ваши шаги, если управляющий начнёт для вас путь.
