# Тесты
error-quiz-two-options = Нужны хотя бы два варианта.
error-quiz-mark-one = Отметьте верный вариант.
error-quiz-all-right = Верны все варианты: так вопрос ничего не проверяет.
error-quiz-one-answer = В этом вопросе верен один вариант: выберите один.
error-quiz-other-standard = Этот пункт из другого стандарта.
error-quiz-item-retired = Этот пункт больше не действует: спрашивать о нём нечего.
error-quiz-standard-stays = Тест остаётся при своём стандарте. Для другого сделайте новый.
conflict-quiz-closed = Тест закрыт.
conflict-quiz-attempts-used = Все попытки использованы. Поговорите с управляющим: он видит, что не получилось.
conflict-quiz-nothing-to-ask = В тесте не осталось вопросов: их пункты больше не действуют.
conflict-quiz-answered-meanwhile = Эта попытка уже сдана под вашим именем, и засчитан тот ответ. Чтобы пройти тест ещё раз, начните новую попытку.
conflict-quiz-runs-in-order = Попытки идут по порядку: сначала сдайте ту, что начата, или пришлите следующую по номеру.
conflict-quiz-handed-in = Эта попытка уже сдана.
forbidden-quiz-no-employee = Ваш вход не связан с карточкой сотрудника, поэтому тест не на кого записать. Попросите владельца связать их в настройках пользователя.
forbidden-quiz-left = По карточке вы здесь больше не работаете: тест не записывается.
forbidden-quiz-somebody-else = Это попытка другого сотрудника.

insight-metric-quiz = Тесты: верно с первого раза
insight-definition-quiz = Доля верных ответов в первых попытках тестов по стандартам (от 0 до 1): так видно, понятен ли сам пункт. Повторные попытки не считаются. Границы: Уилсон, 95 %.
insight-source-quiz = Wilson, 1927
access-noun-quiz = Тесты
access-noun-attempt = Попытки
access-verb-quiz-created = Тест создан
access-verb-quiz-changed = Тест изменён
access-verb-quiz-closed = Тест закрыт
access-verb-attempt-begun = Попытка начата
access-verb-attempt-submitted = Попытка сдана

quiz-title = Тесты
quiz-lead = Понимают ли люди то, что подписали. Тест не мешает подписать стандарт.
quiz-one = Тест
quiz-of = Тест: { $title }
quiz-new = Составить тест
quiz-new-of = Новый тест: { $title }
quiz-edit-of = Вопросы теста: { $title }
quiz-results-of = Результаты теста: { $title }
quiz-empty = Тестов пока нет
quiz-empty-why = Несколько вопросов по пунктам стандарта покажут, какие слова люди понимают не так.
quiz-empty-reader = Когда руководитель составит тест, он появится здесь.
quiz-choose = По какому стандарту будет тест?
quiz-no-standards = Сначала нужен стандарт
quiz-no-standards-why = Вопросы теста привязаны к пунктам стандарта.
quiz-no-standards-step = Написать стандарт
quiz-standard = Стандарт
quiz-state = Состояние
quiz-results = Результаты
quiz-see = Посмотреть
quiz-state-passed = сдан
quiz-state-failed = не сдан
quiz-state-open = начат
quiz-state-used = попыток нет
quiz-state-new = не начат
quiz-state-going = открыт
quiz-state-closed = закрыт
quiz-questions-n = { $n ->
    [one] { $n } вопрос
    [few] { $n } вопроса
   *[other] { $n } вопросов
 }
quiz-answers-n = { $n ->
    [one] { $n } ответ
    [few] { $n } ответа
   *[other] { $n } ответов
 }
quiz-people-n = { $n ->
    [one] { $n } человек
    [few] { $n } человека
   *[other] { $n } человек
 }
quiz-pass-at = сдан от { $share } верных
quiz-attempts-free = попыток сколько нужно
quiz-attempts-n = { $n ->
    [one] { $n } попытка
    [few] { $n } попытки
   *[other] { $n } попыток
 }
quiz-done-saved = Сохранено.
quiz-done-closed = Тест закрыт. Результаты остались.
quiz-what = Вопросы и варианты перемешаны. После проверки станет видно, что верно и почему. В отчёты попадает только первая попытка: она показывает, понятно ли написан стандарт.
quiz-edit = Изменить вопросы
quiz-begin = Начать
quiz-go-on = Продолжить
quiz-again = Пройти ещё раз
quiz-my-runs = Мои попытки
quiz-to-standard = Открыть стандарт
quiz-more = Ещё
quiz-close = Закрыть тест
quiz-close-why = Новых попыток не будет, результаты останутся.
quiz-orphans-n = { $n ->
    [one] Пункт { $n } вопроса больше не действует: этот вопрос никому не задаётся. Уберите его или перепишите.
    [few] Пункты { $n } вопросов больше не действуют: эти вопросы никому не задаются. Уберите их или перепишите.
   *[other] Пункты { $n } вопросов больше не действуют: эти вопросы никому не задаются. Уберите их или перепишите.
 }
quiz-orphaned = пункт больше не действует
quiz-orphaned-edit = Пункт больше не действует: вопрос никому не задаётся.
quiz-right-of = { $right } из { $of }
quiz-passed = Сдано: верно { $words }.
quiz-failed = Пока не сдано: верно { $words }.
quiz-failed-next = Посмотрите объяснения и попробуйте ещё раз.
quiz-right = верно
quiz-wrong = неверно
quiz-picked = ваш ответ
quiz-is-right = верный ответ
quiz-several = Можно отметить несколько.
quiz-check = Проверить
quiz-not-yet = Эта попытка ещё не сдана.
quiz-back = К тесту
quiz-results-lead = По первым попыткам: так видно, понятны ли слова стандарта.
quiz-nobody = Тест ещё никто не сдавал
quiz-nobody-why = После первых попыток здесь будет видно, какие пункты понимают не так.
quiz-nobody-yet = Пока никто не сдавал
quiz-figure-right = Верно с первого раза
quiz-figure-passed = Сдали с первого раза
quiz-by-item = По вопросам
quiz-worst-first = Сначала то, что понимают хуже всего.
quiz-by-branch = По филиалам
quiz-branch = Филиал
quiz-runs = Последние попытки
quiz-misread = Многие выбирают «{ $title }» ({ $n } из { $of }): эту формулировку понимают не так.
quiz-edit-lead = Каждый вопрос привязан к пункту. Порядок неважен: вопросы и варианты перемешиваются.
quiz-item = Пункт
quiz-item-choose = Выберите пункт
quiz-text = Вопрос
quiz-explain = Объяснение
quiz-explain-hint = Появится после проверки: почему именно так.
quiz-question-n = Вопрос { $n }
quiz-new-block = новый, можно оставить пустым
quiz-options = Варианты
quiz-options-hint = Отметьте верный. Если верных несколько, отметьте все: тогда засчитывается только полный ответ.
quiz-option-n = Вариант { $n }
quiz-mark-right = верный
quiz-drop = Убрать этот вопрос
quiz-pass = Сколько верных, чтобы сдать
quiz-attempts = Сколько попыток
quiz-attempts-hint = Пусто: сколько нужно, чтобы разобраться.
quiz-no-questions = Добавьте хотя бы один вопрос.
quiz-save = Сохранить
quiz-save-more = Сохранить и добавить вопрос
quiz-needed = Нужно от { $share } верных ответов.
quiz-together = В целом
quiz-of-standard = Тесты по этому стандарту
