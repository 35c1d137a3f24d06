<?php
header('Location: https://elsewhere.example/new');
