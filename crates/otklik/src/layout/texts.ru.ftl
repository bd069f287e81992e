layout-skip = К содержанию
layout-nav = Разделы
layout-nav-short = Главные разделы
layout-menu = Все разделы
layout-more = Ещё
layout-close = Закрыть
layout-company = Компания
layout-search = Поиск
layout-search-hint = Найти что угодно
layout-crumbs = Путь к странице
layout-aside = Что с этим связано
layout-account = Мой профиль
layout-sign-out = Выйти
layout-undo = Отменить
layout-filter-apply = Показать
layout-pages = Страницы списка
layout-next = Показать ещё

layout-nav-today = Сегодня
layout-nav-overview = Обзор
layout-nav-duties = Подписать
layout-nav-hear = Слышать
layout-nav-surveys = Опросы
layout-nav-responses = Ответы
layout-nav-cases = Обращения
layout-nav-check = Проверять
layout-nav-checklists = Чек-листы
layout-nav-checks = Проверки
layout-nav-standards = Стандарты
layout-nav-clients = Клиенты
layout-nav-staff = Люди
layout-nav-improve = Улучшать
layout-nav-actions = Действия
layout-nav-ideas = Идеи
layout-nav-diagnosis = Диагностика
layout-nav-marks = Отметки
layout-nav-imports = Загрузки
layout-nav-settings = Настройки
layout-nav-help = Помощь

layout-theme = Оформление
layout-theme-light = Светлое
layout-theme-dark = Тёмное
layout-theme-auto = Как в системе

layout-copied = Скопировано
layout-failed = Не получилось связаться с сервером. Попробуйте ещё раз.

layout-required = обязательно
layout-form-wrong = Проверьте, пожалуйста:
layout-draft-restored = Вернули ваш черновик.
layout-draft-drop = Начать заново

layout-too-few = мало ответов
layout-interval = от { $low } до { $high }
layout-chart-table = Таблицей
layout-chart-value = Значение
layout-chart-interval = Границы точности
layout-chart-n = Ответов
layout-chart-notes = Пояснение
layout-chart-count = Сколько
layout-chart-share = Доля
layout-chart-tier = Группа
layout-chart-centre = Среднее
layout-chart-limits = Обычные колебания
layout-chart-signal = Сигнал

layout-sort-up = Выше: { $name }
layout-sort-down = Ниже: { $name }
layout-sort-moved = NAME: место POS из TOTAL
layout-cancel = Не надо

layout-nothing = Ничего не нашлось
layout-nothing-why = Попробуйте короче или другими словами.
layout-nothing-clear = Показать всё
layout-foot-licences = Лицензии
layout-foot-keys = По списку: j и k. Поиск: Ctrl K.

layout-clash = Пока вы правили, кто-то сохранил другую версию
layout-clash-why = Ничего не потеряно: внизу — всё, что набрали вы. Сравните и выберите, что останется.
layout-clash-same = Сохранено то же, что у вас: выбирать не из чего.
layout-clash-field = Поле
layout-clash-mine = У вас
layout-clash-theirs = Сохранено сейчас
layout-clash-keep = Сохранить моё
layout-clash-take = Взять сохранённое
layout-pick = Начните с названия, имени или кода
