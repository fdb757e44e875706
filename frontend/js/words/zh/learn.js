MNIST.words.addWords('zh', 'learn', {
  lessons: '课程',
  'lessons-not-loaded': '无法加载课程：{reason} 再按一次按钮重试。',
});
